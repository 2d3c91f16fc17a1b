import type { SagaStep } from '../../operations/saga.js';
import type { Tenant } from '../../tenants/tenants.service.js';
import { cellGround } from '../cell-ground.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { waitUntilGone, waitUntilReachable } from '../reachability.js';
import { publishedRevision } from './publish.step.js';

/** Looks from outside, as a visitor would, until every hostname leads to the tenant's page with its branding. */
export function verifyStep({ facts: reader, targets }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'verify',
    maxAttempts: 1,
    act: async (work) => {
      const { tenant, cell } = await reader.read(work.ctx, work.parameters.tenantId);
      const target = targets.of(cell.name);
      const brandingRevision = publishedRevision(work);
      const addresses = cellGround(cell).edgeAddresses;
      await Promise.all(
        tenant.hostnames.map((hostname) => {
          const expected = { hostname, brandingRevision, ...(isOurs(tenant, hostname) ? { addresses } : {}) };
          return waitUntilReachable(target, expected, work.signal);
        }),
      );
      work.progress.say(`${tenant.hostnames.join(', ')} answers`);
      return undefined;
    },
  };
}

/** Looks from outside until nothing leads to the tenant any more. */
export function verifyGoneStep({ facts: reader, targets }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'verify',
    maxAttempts: 1,
    act: async (work) => {
      const { tenant, cell } = await reader.read(work.ctx, work.parameters.tenantId);
      const target = targets.of(cell.name);
      const ours = tenant.hostnames.filter((hostname) => isOurs(tenant, hostname));
      await Promise.all(ours.map((hostname) => waitUntilGone(target, hostname, work.signal)));
      return undefined;
    },
  };
}

/** A client's own domain is in the client's own DNS. */
function isOurs(tenant: Tenant, hostname: string): boolean {
  return hostname.endsWith(`.${tenant.cellDomain}`);
}
