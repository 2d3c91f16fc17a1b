import type { SagaStep } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { targetCall } from '../target-call.js';

/** Takes the tenant's branding out of the object store; before the stack goes, whose folder must be empty then. */
export function withdrawStep({ branding, facts }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'withdraw',
    act: async ({ ctx, parameters: { tenantId } }) => {
      const { tenant } = await facts.read(ctx, tenantId);
      const place = { tenantId, cell: tenant.cell };
      const objects = await targetCall('take the branding away', () => branding.withdraw(ctx, place));
      return { objects };
    },
  };
}
