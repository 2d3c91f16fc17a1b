import { app, namespaceOf } from '@leasehold/stacks';
import type { SagaStep } from '../../operations/saga.js';
import type { Cell } from '../../cells/cells.service.js';
import type { Tenant } from '../../tenants/tenants.service.js';
import { cellGround } from '../cell-ground.js';
import type { TenantParameters } from '../parameters.js';
import type { ProvisioningServices } from '../provisioning-services.js';
import { waitUntilGone, waitUntilHeld, waitUntilReachable, type Expected } from '../reachability.js';
import type { WhichSpec } from '../tenant-facts.js';
import type { TenantFacts } from '../tenant-stack.js';
import { publishedRevision } from './publish.step.js';

/** Looks from outside, as a visitor would, until every hostname leads to the tenant's page with its branding. */
export function verifyStep(
  services: ProvisioningServices,
  { spec = 'running' }: { readonly spec?: WhichSpec } = {},
): SagaStep<TenantParameters> {
  return {
    name: 'verify',
    maxAttempts: 1,
    act: async (work) => {
      const facts = await services.facts.read(work.ctx, work.parameters.tenantId, spec);
      await verifyLive(services, facts, publishedRevision(work), work.signal);
      work.progress.say(`${facts.tenant.hostnames.join(', ')} answers`);
      return undefined;
    },
  };
}

/** Waits until every hostname leads to the tenant's page. */
export async function verifyLive(
  { targets }: Pick<ProvisioningServices, 'targets'>,
  { tenant, cell }: TenantFacts,
  brandingRevision: number,
  signal: AbortSignal,
): Promise<void> {
  const workload = { namespace: namespaceOf(tenant.slug), deployment: app };
  await eachHostname(tenant, cell, (name) =>
    waitUntilReachable(targets.of(cell.name), { ...name, workload, brandingRevision }, signal),
  );
}

/** Looks from outside until every hostname leads to the holding page with the tenant's branding. */
export function verifyHeldStep({ facts: reader, targets }: ProvisioningServices): SagaStep<TenantParameters> {
  return {
    name: 'verify',
    maxAttempts: 1,
    act: async (work) => {
      const facts = await reader.read(work.ctx, work.parameters.tenantId);
      await verifyHeld({ targets }, facts, publishedRevision(work), work.signal);
      work.progress.say(`${facts.tenant.hostnames.join(', ')} answers 503`);
      return undefined;
    },
  };
}

/** Waits until every hostname leads to the holding page. */
export async function verifyHeld(
  { targets }: Pick<ProvisioningServices, 'targets'>,
  { tenant, cell }: TenantFacts,
  brandingRevision: number,
  signal: AbortSignal,
): Promise<void> {
  await eachHostname(tenant, cell, (name) =>
    waitUntilHeld(targets.of(cell.name), { ...name, brandingRevision }, signal),
  );
}

async function eachHostname(
  tenant: Tenant,
  cell: Cell,
  wait: (name: Pick<Expected, 'hostname' | 'addresses'>) => Promise<void>,
): Promise<void> {
  const addresses = cellGround(cell).edgeAddresses;
  const names = tenant.hostnames.map((hostname) => ({
    hostname,
    ...(isOurs(tenant, hostname) ? { addresses } : {}),
  }));
  await Promise.all(names.map(wait));
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
