import type { SagaStep } from '../../operations/saga.js';
import type { TenantEvent } from '../../tenants/tenant-states.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { ready } from '../tenant-conditions.js';

/** The tenant is live: its state, its conditions and the event of it, in one transaction with the end of the operation. */
export function activateStep(
  { tenants }: ProvisioningServices,
  event: Extract<TenantEvent, 'activated' | 'restored' | 'resumed'>,
): SagaStep<TenantParameters> {
  return {
    name: 'activate',
    record: async (tx, { ctx, parameters: { tenantId } }) => {
      await tenants.transition(ctx, tx, tenantId, event);
      await tenants.setCondition(tx, tenantId, ready);
      return undefined;
    },
  };
}

/** The tenant is suspended, as its condition says; its names answer with the holding page. */
export function suspendedStep(
  { tenants }: ProvisioningServices,
  event: Extract<TenantEvent, 'suspended' | 'restored_suspended'>,
): SagaStep<TenantParameters> {
  return {
    name: 'suspended',
    record: async (tx, { ctx, parameters: { tenantId } }) => {
      await tenants.transition(ctx, tx, tenantId, event);
      await tenants.setCondition(tx, tenantId, {
        type: 'Ready',
        status: 'False',
        reason: 'Suspended',
        message: 'Every hostname answers 503 with a page of the tenant; its data is kept.',
      });
      return undefined;
    },
  };
}
