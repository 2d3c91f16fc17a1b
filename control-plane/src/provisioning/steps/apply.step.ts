import type { SagaStep } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { certificateRecords, recordSentence } from '../certificate-records.js';
import { runStack } from '../run-stack.js';
import { tenantStack } from '../tenant-stack.js';
import { plannedInput, plannedInputIfAny } from './plan.step.js';

/**
 * One Pulumi run that brings the cloud to what was planned; each engine event is progress. With `refresh` it looks first at
 * what is really there. Undoing it (where the saga can be rolled back) destroys the stack and forgets it.
 */
export function applyStep<P extends TenantParameters = TenantParameters>(
  { stacks, tenants }: ProvisioningServices,
  { refresh = false, undoable = false }: { readonly refresh?: boolean; readonly undoable?: boolean },
): SagaStep<P> {
  const undo: SagaStep<P>['undo'] = async (work) => {
    const stack = tenantStack(work.parameters.tenantId);
    const input = plannedInputIfAny(work);
    if (input)
      await runStack(stacks, work, { stack, command: 'destroy', program: { name: 'tenant', input } });
    await stacks.removeStack(stack);
  };
  // Without its prefix no pod that is still stopping can write behind the eraser.
  const recordUndo: SagaStep<P>['recordUndo'] = async (tx, { parameters }) => {
    await tenants.release(tx, parameters.tenantId, 'revoked');
  };
  return {
    name: 'apply',
    act: async (work) => {
      const { outputs, timings } = await runStack(stacks, work, {
        stack: tenantStack(work.parameters.tenantId),
        command: 'up',
        refresh,
        program: { name: 'tenant', input: plannedInput(work) },
      });
      for (const record of certificateRecords(outputs)) work.progress.say(recordSentence(record));
      return { outputs, timings: { ...timings } };
    },
    ...(undoable ? { undo, recordUndo } : {}),
  };
}
