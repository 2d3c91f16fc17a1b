import type { SagaStep } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';

/** Nothing is left but the tombstone and the audit: the prefix is erased for ever, slug and hostnames are free. */
export function buryStep({ tenants, branding, archives }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'bury',
    record: async (tx, { ctx, parameters: { tenantId } }) => {
      await tenants.release(tx, tenantId, 'erased');
      await tenants.transition(ctx, tx, tenantId, 'erased');
      await branding.forget(tx, tenantId);
      await archives.forget(tx, tenantId);
      await tenants.wipe(tx, tenantId);
      return undefined;
    },
  };
}
