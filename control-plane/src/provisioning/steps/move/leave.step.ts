import type { SagaStep } from '../../../operations/saga.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';
import { targetCall } from '../../target-call.js';
import { destroyStack } from '../destroy.step.js';

/** Takes the tenant's stack out of the old cell; what its workload reads in the bucket goes along to the new one before. */
export function leaveStep(services: ProvisioningServices): SagaStep<MoveParameters> {
  const { facts: reader, branding } = services;
  return {
    name: 'leave',
    act: async (work) => {
      const { tenantId, from, to } = work.parameters;
      const copied = await targetCall('copy what the workload reads', () =>
        branding.carry(work.ctx, { tenantId, cell: from }, to),
      );
      // A folder is destroyed when it is empty.
      await targetCall('take the branding away', () => branding.withdraw(work.ctx, { tenantId, cell: from }));
      await destroyStack(services, work, await reader.readIn(work.ctx, tenantId, from));
      return { copied };
    },
  };
}
