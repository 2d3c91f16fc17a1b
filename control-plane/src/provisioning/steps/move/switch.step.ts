import type { SagaStep } from '../../../operations/saga.js';
import type { MoveParameters } from '../../parameters.js';
import type { ProvisioningServices } from '../../provisioning-services.js';

/** In one transaction: the tenant is the new cell's, its prefix is live there and nowhere else, its old place is free. */
export function switchStep({ tenants }: ProvisioningServices): SagaStep<MoveParameters> {
  return {
    name: 'switch',
    noReturn:
      'The tenant is in its new cell already; resume the operation, or move it back when it has ended.',
    record: async (tx, { parameters: { tenantId, from, to }, progress }) => {
      await tenants.settleIn(tx, tenantId, to);
      progress.say(`from ${from} to ${to}`);
      return undefined;
    },
  };
}
