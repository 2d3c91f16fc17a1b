import { namespaceOf } from '@leasehold/stacks';
import { AppError } from '../../platform/app-error.js';
import type { SagaStep } from '../../operations/saga.js';
import type { Tenant } from '../../tenants/tenants.service.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { eraseRows } from './erase.step.js';

/**
 * Confirms what the tenant may call its own: hostnames, row-key prefix, names in the cloud. They were reserved when the
 * tenant was accepted; undoing it gives them back and leaves no row under the prefix.
 */
export function reserveStep(services: ProvisioningServices): SagaStep<TenantParameters> {
  const { tenants } = services;
  return {
    name: 'reserve',
    record: async (tx, { parameters, progress }) => {
      const tenant = await tenants.require(tx, parameters.tenantId);
      requireReserved(tenant);
      progress.say(tenant.hostnames.join(', '));
      return {
        namespace: namespaceOf(tenant.slug),
        hostnames: [...tenant.hostnames],
        rowKeyPrefix: tenant.rowKeyPrefix,
      };
    },
    undo: async (work) => {
      await eraseRows(services, work);
    },
    recordUndo: async (tx, { parameters }) => {
      await tenants.release(tx, parameters.tenantId, 'erased');
    },
  };
}

function requireReserved(tenant: Tenant): void {
  if (tenant.hostnames.length > 0 && tenant.rowKeyPrefix !== null) return;
  throw new AppError('conflict', 'names_given_back', {
    publicMessage: `The names of ${tenant.slug} were given back by a rollback; roll the rest back and create the tenant again.`,
    resource: tenant.slug,
  });
}
