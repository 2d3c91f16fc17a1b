import { textAt, type JsonObject } from '../inventory/json.js';
import type { Resource, ResourceDraft } from '../inventory/resource.js';
import { isWithin } from '../rules/shape/property-path.js';
import { diffProperties } from './property-diff.js';

const tenantLabel = 'leasehold.dev/tenant';

/**
 * Whether a creation may take over the resource that has its name already: after a crash between the creation and the
 * checkpoint, the next run creates again what is there. Anything else is somebody else's, and a conflict.
 */
export function mayTakeOver(
  existing: Resource,
  draft: ResourceDraft,
  immutable: readonly string[],
): true | string {
  const [theirs, ours] = [ownerOf(existing), ownerOf(draft)];
  if (theirs !== ours) return `already exists and belongs to ${theirs}, not to ${ours}`;
  const fixed = diffProperties(existing.spec, draft.spec, immutable).find(({ replaces }) => replaces);
  if (fixed === undefined) return true;
  const field = immutable.find((path) => isWithin(fixed.path, path)) ?? fixed.path;
  return `already exists with another ${field}, which cannot be changed: delete it first`;
}

/** Labels say whose a Kubernetes object is, the stack where there are none. */
function ownerOf({ spec, owner, provider }: Pick<ResourceDraft, 'spec' | 'owner' | 'provider'>): string {
  return (provider === 'kubernetes' ? labelledOwner(spec) : undefined) ?? `the stack ${owner}`;
}

function labelledOwner(spec: JsonObject): string | undefined {
  const label = (key: string): string | undefined => textAt(spec, 'metadata', 'labels', key);
  const tenant = label(tenantLabel);
  if (tenant !== undefined) return `the tenant ${tenant}`;
  const [manager, instance] = [label('app.kubernetes.io/managed-by'), label('app.kubernetes.io/instance')];
  return manager === undefined || instance === undefined ? undefined : `${instance}, managed by ${manager}`;
}
