import { canonicalJson } from '../../platform/canonical-json.js';
import type { NewTenant } from '../tenant.schema.js';
import type { Tenant } from '../tenants.repository.js';

/** Fields of a row that a client of the same slug is compared in. Its branding has a life of its own after the onboarding. */
export const comparedFields = [
  'displayName',
  'template',
  'release',
  'plan',
  'cell',
  'hostnames',
  'parameters',
  'labels',
  'contact',
  'deletionProtection',
  'expiresAt',
] as const;
export type ComparedField = (typeof comparedFields)[number];

/**
 * In which fields a client differs from what a row says of it. What the row leaves out is not compared.
 * @param wanted the row, its parameters completed with the release's defaults
 * @param own the hostname that the platform gives the client; it belongs to it whether or not the row names it
 */
export function changedFields(
  tenant: Tenant,
  wanted: NewTenant,
  said: ReadonlySet<string>,
  own: string,
): ComparedField[] {
  const custom = (names: readonly string[]): string[] =>
    [...new Set(names)].filter((name) => name !== own).sort();
  return comparedFields.filter((field) => {
    if (!said.has(field)) return false;
    if (field === 'hostnames') return !equal(custom(tenant.hostnames), custom(wanted.hostnames));
    if (field === 'expiresAt') return tenant.expiresAt?.getTime() !== timeOf(wanted.expiresAt);
    return !equal(tenant[field] ?? null, wanted[field] ?? null);
  });
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : new Date(text).getTime();
}

function equal(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
