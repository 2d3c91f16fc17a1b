import { holdingPage } from '@leasehold/stacks';
import type { Cell } from '../../../cells/cells.service.js';
import type { SagaStep } from '../../../operations/saga.js';
import { AppError } from '../../../platform/app-error.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';
import { targetCall } from '../../target-call.js';
import { planStack } from '../plan.step.js';

/** Works out what the tenant's stack will be in the new cell, so that a cell that cannot take it says so before anything is touched. */
export function planThereStep(services: ProvisioningServices): SagaStep<MoveParameters> {
  return {
    name: 'plan',
    act: async ({ ctx, parameters: { tenantId, to }, signal, progress }) => {
      const facts = await services.facts.readIn(ctx, tenantId, to);
      await requireServing(services, facts.cell);
      const presence = facts.tenant.suspended ? 'suspended' : 'live';
      const { workload, input } = await planStack(services, facts, presence, signal);
      progress.say(`${workload.objects.length} objects in the cell ${to}`);
      return { digest: workload.digest, input };
    },
  };
}

/** A cell whose own page has no pod runs nobody's: that is found before the tenant is taken from where it runs. */
async function requireServing(
  { targets }: Pick<ProvisioningServices, 'targets'>,
  { name, state }: Pick<Cell, 'name' | 'state'>,
): Promise<void> {
  if (state !== 'ready') throw notServing(name, `it is ${state}`);
  const { namespace, name: deployment } = holdingPage;
  const { complete, message } = await targetCall('look at the new cell', () =>
    targets.of(name).rollout(namespace, deployment),
  );
  if (!complete) throw notServing(name, `its holding page does not run. ${message}`);
}

function notServing(cell: string, why: string): AppError {
  return new AppError('unavailable', 'cell_not_serving', {
    publicMessage: `The cell ${cell} cannot take a tenant: ${why}`,
    retryable: true,
    resource: cell,
    logLevel: 'warn',
  });
}
