import { revisionTag } from '../platform/http/etag.js';
import type { TenantView } from './tenant.schema.js';
import type { RunningSpec, Tenant } from './tenants.repository.js';
import { platformHostname } from './hostname.js';

/** A tenant as the API shows it. `edgePort` is where the twin's edge listens on this machine. */
export function showTenant(tenant: Tenant, edgePort: number): TenantView {
  return {
    id: tenant.id,
    slug: tenant.slug,
    displayName: tenant.displayName,
    state: tenant.state,
    template: tenant.template,
    release: tenant.release,
    plan: tenant.plan,
    cell: tenant.cell,
    url: tenantUrl(tenant, edgePort),
    hostnames: [...tenant.hostnames],
    labels: { ...tenant.labels },
    parameters: { ...tenant.parameters },
    secretRefs: { ...tenant.secretRefs },
    contact: tenant.contact,
    conditions: [...tenant.conditions],
    deletionProtection: tenant.deletionProtection,
    expiresAt: tenant.expiresAt?.toISOString() ?? null,
    lastGood: tenant.lastGood && showLastGood(tenant.lastGood),
    createdAt: tenant.createdAt.toISOString(),
    updatedAt: tenant.updatedAt.toISOString(),
  };
}

function showLastGood(spec: RunningSpec) {
  const { displayName, release, plan, hostnames, parameters, secretRefs } = spec;
  return {
    displayName,
    release,
    plan,
    hostnames: [...hostnames],
    parameters: { ...parameters },
    secretRefs: { ...secretRefs },
  };
}

/** On the twin the edge speaks HTTP on a port of its own; everywhere else a browser's defaults hold. */
export function tenantUrl(
  tenant: Pick<Tenant, 'slug' | 'cellDomain' | 'cellTarget'>,
  edgePort: number,
): string {
  const host = platformHostname(tenant.slug, tenant.cellDomain);
  if (tenant.cellTarget !== 'twin') return `https://${host}`;
  return edgePort === 80 ? `http://${host}` : `http://${host}:${edgePort}`;
}

/** Over the spec: what happens to the tenant does not change it. */
export function tenantTag(tenant: Tenant): string {
  return revisionTag(tenant.specRevision);
}
