import type { Release } from '../catalog/catalog.service.js';
import { canonicalJson } from '../platform/canonical-json.js';
import type { TenantPatch } from './tenant.schema.js';
import type { ChangedSpec, RunningSpec, Tenant } from './tenants.repository.js';

/** What runs now: the last good spec while the wanted one does not run, else the wanted one. */
export function runningSpec(tenant: Tenant): RunningSpec {
  if (tenant.lastGood) return tenant.lastGood;
  const { displayName, releaseId, release, plan, hostnames, parameters, secretRefs } = tenant;
  return { displayName, releaseId, release, plan, hostnames, parameters, secretRefs };
}

/** The same tenant as its cloud has it. */
export function asRunning(tenant: Tenant): Tenant {
  return { ...tenant, ...runningSpec(tenant) };
}

/** The spec that a patch asks for; what it leaves out stays. Pure. */
export function specAfter(tenant: Tenant, patch: TenantPatch, release: Release): ChangedSpec {
  return {
    displayName: patch.displayName ?? tenant.displayName,
    releaseId: release.id,
    release: release.version,
    plan: patch.plan ?? tenant.plan,
    hostnames: patch.hostnames ? withOwn(tenant, patch.hostnames) : tenant.hostnames,
    parameters: patch.parameters ?? tenant.parameters,
    secretRefs: patch.secretRefs ?? tenant.secretRefs,
    labels: patch.labels ?? tenant.labels,
    contact: patch.contact === undefined ? tenant.contact : patch.contact,
    deletionProtection: patch.deletionProtection ?? tenant.deletionProtection,
    expiresAt: patch.expiresAt === undefined ? (tenant.expiresAt?.toISOString() ?? null) : patch.expiresAt,
    lastGood: tenant.lastGood,
  };
}

const running = ['displayName', 'release', 'plan', 'hostnames', 'parameters', 'secretRefs'] as const;

/** The fields of what runs in which two specs differ. */
export function changedNames(before: RunningSpec, after: RunningSpec): string[] {
  return running.filter((name) => canonicalJson(before[name]) !== canonicalJson(after[name]));
}

/** The platform's own name stays, at the first place, where it always is. */
function withOwn(tenant: Tenant, custom: readonly string[]): string[] {
  const [own] = tenant.hostnames;
  const names = custom.filter((name) => name !== own).toSorted();
  return own === undefined ? [...custom] : [own, ...new Set(names)];
}
