import { app, namespaceOf } from '@leasehold/stacks';
import type { SagaStep } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { waitUntilRolledOut } from '../rollout.js';

/** Waits until pods of the changed workload have taken over: the page alone does not tell, since the old pods serve it till then. */
export function verifyRolloutStep({
  facts: reader,
  targets,
}: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'roll_out',
    maxAttempts: 1,
    act: async (work) => {
      const { tenant, cell } = await reader.read(work.ctx, work.parameters.tenantId, 'wanted');
      const workload = { namespace: namespaceOf(tenant.slug), deployment: app };
      await waitUntilRolledOut(targets.of(cell.name), workload, work.signal);
      return undefined;
    },
  };
}
