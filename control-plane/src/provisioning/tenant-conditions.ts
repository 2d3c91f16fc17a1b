import type { Failure } from '../operations/operation.js';
import type { Saga } from '../operations/saga.js';
import type { TenantsService } from '../tenants/tenants.service.js';
import type { TenantParameters } from './parameters.js';
import type { Condition } from '../tenants/tenant.schema.js';

type NewCondition = Omit<Condition, 'since'>;

/** Why a tenant that was being made is not there. */
export function notReady(end: 'failed' | 'cancelled', failure: Failure | undefined): NewCondition {
  return { type: 'Ready', status: 'False', ...reason(end, failure) };
}

/** A tenant that lives, but whose last change did not come to its end. */
export function degraded(end: 'failed' | 'cancelled', failure: Failure | undefined): NewCondition {
  return { type: 'Degraded', status: 'True', ...reason(end, failure) };
}

export const sound: NewCondition = {
  type: 'Degraded',
  status: 'False',
  reason: 'Applied',
  message: 'The last change came to its end.',
};

export const ready: NewCondition = {
  type: 'Ready',
  status: 'True',
  reason: 'Verified',
  message: 'Every hostname answers with the branding of the tenant.',
};

/** A suspension that ended on its way: the workload may run, or not any more. */
export const suspensionStopped: NewCondition = {
  type: 'Ready',
  status: 'Unknown',
  reason: 'SuspensionStopped',
  message:
    'Its suspension stopped on the way, so its workload may be at rest already. Resume the operation to end it, or reconcile the tenant to bring the workload back.',
};

/**
 * What a change of a living tenant leaves behind: the tenant keeps its state when it fails, and a condition says what happened.
 * `succeeded` and `stopped` are written besides, at an end of that kind.
 */
export function followWithCondition(
  tenants: Pick<TenantsService, 'setCondition'>,
  also: { readonly succeeded?: NewCondition; readonly stopped?: NewCondition } = {},
): NonNullable<Saga<TenantParameters>['follow']> {
  return async (tx, { parameters: { tenantId } }, { to, failure }) => {
    const set = (condition: NewCondition) => tenants.setCondition(tx, tenantId, condition);
    if (to === 'succeeded') {
      await set(sound);
      if (also.succeeded) await set(also.succeeded);
    }
    if (to === 'failed' || to === 'cancelled') {
      await set(degraded(to, failure));
      if (also.stopped) await set(also.stopped);
    }
  };
}

/** A tenant whose changed spec does not run: what ran before was put back, and the reason stays. */
export function fellBack(conditions: readonly Condition[]): NewCondition {
  const why = conditions.find(({ type, status }) => type === 'Degraded' && status === 'True');
  return {
    type: 'Degraded',
    status: 'True',
    reason: why?.reason ?? 'RolledBack',
    message: [why?.message ?? 'The update was rolled back on request.', 'What ran before was put back.'].join(
      ' ',
    ),
  };
}

function reason(
  end: 'failed' | 'cancelled',
  failure: Failure | undefined,
): Pick<Condition, 'reason' | 'message'> {
  if (failure) return { reason: pascal(failure.code), message: failure.message };
  return { reason: pascal(end), message: `The operation was ${end}; it can be resumed.` };
}

/** Reasons are machine words of one piece, as in Kubernetes: `stack_run_failed` is `StackRunFailed`. */
function pascal(code: string): string {
  return code
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
