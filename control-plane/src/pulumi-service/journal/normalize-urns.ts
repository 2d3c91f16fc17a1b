import type { Deployment, ResourceState } from '../wire/deployment.js';

const rootStackType = 'pulumi:pulumi:Stack';

/**
 * Resources that were renamed carry their old URNs as aliases: references to an old URN are made to name the new one, and
 * the aliases go (`NormalizeURNReferences` in `sdk/go/common/apitype/core.go`).
 * @throws Error when two resources claim the same old URN
 */
export function normalizeUrnReferences(deployment: Deployment): Deployment {
  const renamed = renamedUrns(deployment.resources ?? []);
  const fix = (urn: string): string => renamed.get(urn) ?? urn;
  return {
    ...deployment,
    resources: deployment.resources?.map((resource) => fixResource(resource, fix)),
    snippets: deployment.snippets?.map((snippet) => ({
      ...snippet,
      references: mapValues(snippet.references, fix),
    })),
  };
}

function renamedUrns(resources: readonly ResourceState[]): Map<string, string> {
  const renamed = new Map<string, string>();
  for (const { urn, aliases, parent } of resources) {
    for (const alias of aliases ?? []) {
      const other = renamed.get(alias);
      if (other !== undefined && other !== urn)
        throw new Error(`two resources ('${urn}' and '${other}') have the same alias: '${alias}'`);
      renamed.set(alias, urn);
    }
    const newParent = parent === undefined ? undefined : renamed.get(parent);
    if (newParent && qualifiedType(newParent) !== rootStackType)
      renamed.set(urn, underParent(urn, newParent));
  }
  return renamed;
}

function fixResource(resource: ResourceState, fix: (urn: string) => string): ResourceState {
  return {
    ...resource,
    urn: fix(resource.urn),
    parent: resource.parent && fix(resource.parent),
    provider: resource.provider && fixProvider(resource.provider, fix),
    dependencies: resource.dependencies?.map(fix),
    propertyDependencies: mapValues(resource.propertyDependencies, (urns) => urns?.map(fix) ?? null),
    deletedWith: resource.deletedWith && fix(resource.deletedWith),
    viewOf: resource.viewOf && fix(resource.viewOf),
    aliases: undefined,
  };
}

/** A reference to a provider is `<urn>::<id>`. */
function fixProvider(reference: string, fix: (urn: string) => string): string {
  const at = reference.lastIndexOf('::');
  return `${fix(reference.slice(0, at))}${reference.slice(at)}`;
}

/** A URN is `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`; a name may hold `::` itself. */
function parts(urn: string): { stack: string; project: string; types: string; name: string } {
  const [stack = '', project = '', types = '', ...name] = urn.split('::');
  return { stack, project, types, name: name.join('::') };
}

function qualifiedType(urn: string): string {
  return parts(urn).types;
}

function underParent(urn: string, parent: string): string {
  const { stack, project, types, name } = parts(urn);
  const own = types.slice(types.lastIndexOf('$') + 1);
  return [stack, project, `${qualifiedType(parent)}$${own}`, name].join('::');
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>> | null | undefined,
  change: (value: A) => B,
): Record<string, B> | undefined {
  if (!record) return undefined;
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
