import type { ResourceState } from '../wire/deployment.js';

/**
 * A refresh may take resources away that others still name: every reference to a resource that does not come before the one
 * that names it goes (`rebuildDependencies` in `pkg/backend/journal.go`). Resources must come after what they depend on.
 */
export function rebuildDependencies(resources: readonly ResourceState[]): ResourceState[] {
  const present = new Set(resources.map(({ urn }) => urn));
  const earlier = new Set<string>();
  return resources.map((resource) => {
    const rebuilt = withoutDangling(
      resource,
      (urn) => earlier.has(urn),
      (urn) => present.has(urn),
    );
    earlier.add(resource.urn);
    return rebuilt;
  });
}

function withoutDangling(
  resource: ResourceState,
  isEarlier: (urn: string) => boolean,
  isPresent: (urn: string) => boolean,
): ResourceState {
  const kept = (urns: readonly string[] | null | undefined): string[] | undefined => {
    const left = (urns ?? []).filter(isEarlier);
    return left.length > 0 ? left : undefined;
  };
  const byProperty = Object.entries(resource.propertyDependencies ?? {}).flatMap(([property, urns]) => {
    const left = kept(urns);
    return left ? [[property, left] as const] : [];
  });
  return {
    ...resource,
    dependencies: kept(resource.dependencies),
    propertyDependencies: byProperty.length > 0 ? Object.fromEntries(byProperty) : undefined,
    replaceWith: kept(resource.replaceWith),
    deletedWith: resource.deletedWith && isEarlier(resource.deletedWith) ? resource.deletedWith : undefined,
    parent: resource.parent && isPresent(resource.parent) ? resource.parent : undefined,
  };
}
