import type { SagaStep } from '../../operations/saga.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { erasure, rowsBefore } from './erase.step.js';

/** Nothing is left but the tombstone and the audit: the prefix is erased for ever, slug and hostnames are free. */
export function buryStep({
  tenants,
  branding,
  archives,
  certificates,
}: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'bury',
    record: async (tx, work) => {
      const { ctx, operationId, parameters } = work;
      const { tenantId } = parameters;
      const { slug, cell } = await tenants.require(tx, tenantId);
      const { prefix, archiveObjects } = erasure(work);
      const proof = 'empty scan' as const;
      const whose = { kind: 'purge' as const, tenantId, slug, operationId, cell };
      await certificates.issue(tx, { ...whose, prefix, rows: rowsBefore(work), proof, archiveObjects });
      await tenants.release(tx, tenantId, 'erased');
      await tenants.transition(ctx, tx, tenantId, 'erased');
      await branding.forget(tx, tenantId);
      await archives.forget(tx, tenantId);
      await tenants.wipe(tx, tenantId);
      return undefined;
    },
  };
}
