import type { Reference, Resource, ResourceKey } from './resource.js';

/** `Deployment "app" in namespace "t-acme"`: how every sentence names a resource. */
export function nameOf(key: Omit<ResourceKey, 'cell'>): string {
  const kind = key.type.slice(key.type.lastIndexOf(':') + 1);
  const place = key.type.startsWith('kubernetes:') ? 'in namespace' : 'in';
  return `${kind} "${key.name}"${key.scope === '' ? '' : ` ${place} "${key.scope}"`}`;
}

/** Another owner already has a resource of this name, or one that excludes it. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
  constructor(
    readonly key: ResourceKey,
    readonly existing: Resource | undefined,
    reason: string,
  ) {
    super(`${nameOf(key)} ${reason}`);
  }
}

/** Resources that this one refers to do not exist. */
export class MissingReferenceError extends Error {
  override readonly name = 'MissingReferenceError';
  constructor(
    readonly key: ResourceKey,
    readonly missing: readonly Reference[],
  ) {
    super(`${nameOf(key)} needs ${missing.map(nameOf).join(' and ')}, which does not exist: create it first`);
  }
}

/** The resource to be changed is not in the inventory. */
export class ResourceMissingError extends Error {
  override readonly name = 'ResourceMissingError';
  constructor(readonly key: ResourceKey) {
    super(`${nameOf(key)} not found`);
  }
}

/** The resource cannot go because others stand in it. */
export class InUseError extends Error {
  override readonly name = 'InUseError';
  constructor(
    readonly key: ResourceKey,
    readonly dependants: readonly Reference[],
  ) {
    const shown = dependants.slice(0, 3).map(nameOf).join(', ');
    const more = dependants.length > 3 ? ` and ${String(dependants.length - 3)} more` : '';
    super(`${nameOf(key)} is not empty, remove first: ${shown}${more}`);
  }
}
