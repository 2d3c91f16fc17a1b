import type { Deployment, ResourceState } from '../../pulumi-service/wire/deployment.js';
import { nameOf } from '../events/run-event.js';

export interface ResourceNode {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly state: 'present' | 'creating' | 'updating' | 'deleting' | 'pending_delete';
}

export interface ResourceGraph {
  readonly nodes: readonly ResourceNode[];
  /** From what depends to what it depends on; a child depends on its parent. */
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** What a stack holds and what hangs on what. Inputs and outputs, where secrets are, are not part of it. */
export function resourceGraph(deployment: Deployment): ResourceGraph {
  const shown = (deployment.resources ?? []).filter(({ type }) => !type.startsWith('pulumi:providers:'));
  const pending = new Map(
    (deployment.pending_operations ?? []).map(({ type, resource }) => [resource.urn, type]),
  );
  const nodes = shown.map((resource) => nodeOf(resource, pending.get(resource.urn)));
  const known = new Set(nodes.map(({ urn }) => urn));
  const unborn = (deployment.pending_operations ?? [])
    .filter(({ type, resource }) => type === 'creating' && !known.has(resource.urn))
    .map(({ resource }) => nodeOf(resource, 'creating'));
  for (const { urn } of unborn) known.add(urn);
  return { nodes: [...nodes, ...unborn], edges: edgesOf(shown, known) };
}

function nodeOf(resource: ResourceState, pending: string | undefined): ResourceNode {
  const { urn, type, id = '' } = resource;
  const name = nameOf(urn);
  if (pending === 'creating' || pending === 'updating' || pending === 'deleting')
    return { urn, type, name, id, state: pending };
  return { urn, type, name, id, state: resource.delete ? 'pending_delete' : 'present' };
}

function edgesOf(resources: readonly ResourceState[], known: ReadonlySet<string>): ResourceGraph['edges'] {
  const edges = new Map<string, { from: string; to: string }>();
  for (const { urn, parent, dependencies } of resources) {
    for (const to of [parent, ...(dependencies ?? [])]) {
      if (to !== undefined && known.has(to)) edges.set(`${urn}\n${to}`, { from: urn, to });
    }
  }
  return [...edges.values()];
}
