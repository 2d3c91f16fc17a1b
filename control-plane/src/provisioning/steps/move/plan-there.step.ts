import type { SagaStep } from '../../../operations/saga.js';
import { AppError } from '../../../platform/app-error.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';
import { planStack } from '../plan.step.js';

/** Works out what the tenant's stack will be in the new cell, so that a cell that cannot take it says so before anything is touched. */
export function planThereStep(services: ProvisioningServices): SagaStep<MoveParameters> {
  return {
    name: 'plan',
    act: async ({ ctx, parameters: { tenantId, to }, signal, progress }) => {
      const facts = await services.facts.readIn(ctx, tenantId, to);
      if (facts.cell.state !== 'ready') {
        throw new AppError('unavailable', 'cell_not_ready', {
          publicMessage: `The cell ${to} is ${facts.cell.state}.`,
          retryable: true,
          resource: to,
        });
      }
      const presence = facts.tenant.suspended ? 'suspended' : 'live';
      const { workload, input } = await planStack(services, facts, presence, signal);
      progress.say(`${workload.objects.length} objects in the cell ${to}`);
      return { digest: workload.digest, input };
    },
  };
}
