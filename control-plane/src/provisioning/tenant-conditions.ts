import type { Failure } from '../operations/operation.js';
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
