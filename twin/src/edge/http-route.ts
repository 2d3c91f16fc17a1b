import { z } from 'zod';
import { objectAt } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { Resource } from '../inventory/resource.js';
import type { ResourceReader } from '../mirror/inventory-mirror.js';
import { specReader } from '../mirror/parsed.js';
import { cachePolicy } from './cache/cache-policy.js';
import { labelSelector, selects, type LabelSelector } from './label-selector.js';
import { isGranted } from './reference-grant.js';
import { noHeaderChange, RouteTable, type Listener, type RouteRule } from './route-table.js';

/** The parts of Gateway and HTTPRoute (gateway.networking.k8s.io/v1) that the edge acts on. */

const listener = z.object({
  name: z.string(),
  protocol: z.string(),
  hostname: z.string().optional(),
  allowedRoutes: z
    .object({
      namespaces: z
        .object({
          from: z.enum(['All', 'Same', 'Selector']).default('Same'),
          selector: labelSelector.optional(),
        })
        .default({ from: 'Same' }),
    })
    .default({ namespaces: { from: 'Same' } }),
});
const gatewaySchema = z.object({ spec: z.object({ listeners: z.array(listener).default([]) }) });

/** Matches that the edge cannot judge make it leave the rule out, rather than send it what was not meant for it. */
const match = z.strictObject({
  path: z
    .object({
      type: z.enum(['Exact', 'PathPrefix']).default('PathPrefix'),
      value: z.string().startsWith('/').default('/'),
    })
    .default({ type: 'PathPrefix', value: '/' }),
  method: z.string().optional(),
});
const backendRef = z.object({
  group: z.literal('').optional(),
  kind: z.literal('Service').optional(),
  name: z.string(),
  namespace: z.string().optional(),
  port: z.number().int(),
  weight: z.number().min(0).default(1),
});
const header = z.object({ name: z.string().toLowerCase(), value: z.string() });
const extension = z.object({
  type: z.literal('ExtensionRef'),
  extensionRef: z.object({ kind: z.string(), name: z.string() }).optional(),
});
const headerModifier = z.object({
  type: z.literal('RequestHeaderModifier'),
  requestHeaderModifier: z.object({
    set: z.array(header).default([]),
    add: z.array(header).default([]),
    remove: z.array(z.string().toLowerCase()).default([]),
  }),
});
const rule = z.object({
  matches: z
    .array(match)
    .min(1)
    .default([{ path: { type: 'PathPrefix', value: '/' } }]),
  /** An extension (the CDN's filter) changes nothing of where a request goes; a filter that is not known would. */
  filters: z.array(z.discriminatedUnion('type', [extension, headerModifier])).default([]),
  backendRefs: z.array(backendRef).default([]),
});
const routeSchema = z.object({
  spec: z.object({
    parentRefs: z
      .array(
        z.object({
          kind: z.string().default('Gateway'),
          name: z.string(),
          namespace: z.string().optional(),
          sectionName: z.string().optional(),
        }),
      )
      .default([]),
    hostnames: z.array(z.string()).default([]),
    rules: z.array(z.unknown()).default([{}]),
  }),
});

const readGateway = specReader(gatewaySchema);
const readRoute = specReader(routeSchema);
type ParentRef = z.infer<typeof routeSchema>['spec']['parentRefs'][number];

/** Builds the table of a protocol's listeners from the HTTPRoutes of the inventory whose Gateway exists and takes them. */
export function routeTable(mirror: ResourceReader, offered: 'HTTP' | 'HTTPS' = 'HTTP'): RouteTable {
  const table = new RouteTable();
  for (const resource of mirror.all(resourceTypes.httpRoute)) {
    const route = readRoute(resource);
    if (route === undefined) continue;
    const rules = rulesOf(mirror, resource, route.spec.rules);
    for (const parent of route.spec.parentRefs) {
      for (const accepted of listenersFor(mirror, resource, parent, offered)) {
        for (const item of rules) table.add(item, route.spec.hostnames, accepted);
      }
    }
  }
  return table.seal();
}

function rulesOf(
  mirror: ResourceReader,
  { scope, name, createdAt, uid }: Resource,
  rules: readonly unknown[],
): RouteRule[] {
  return rules.flatMap((raw, ruleIndex) => {
    const parsed = rule.safeParse(raw);
    if (!parsed.success) return [];
    const { matches, backendRefs, filters } = parsed.data;
    const allowed = backendRefs.filter(
      ({ namespace, name: service }) =>
        namespace === undefined || namespace === scope || isGranted(mirror, scope, { namespace, service }),
    );
    const [change] = filters.flatMap((filter) =>
      filter.type === 'RequestHeaderModifier' ? [filter.requestHeaderModifier] : [],
    );
    const [filter] = filters.flatMap((each) =>
      each.type === 'ExtensionRef' && each.extensionRef?.kind === 'GCPHTTPFilter' ? [each.extensionRef] : [],
    );
    const policy = filter && cachePolicy(mirror, scope, filter.name);
    return matches.map(({ path, method }, matchIndex): RouteRule => ({
      namespace: scope,
      route: name,
      createdAt: createdAt.getTime(),
      order: ruleIndex * 1_000 + matchIndex,
      path: { kind: path.type === 'Exact' ? 'exact' : 'prefix', value: path.value },
      method,
      headers: change ?? noHeaderChange,
      ...(policy ? { cdn: { policy, origin: uid } } : {}),
      backends: allowed.map(({ namespace = scope, name: service, port, weight }) => ({
        namespace,
        service,
        port,
        weight,
      })),
    }));
  });
}

function listenersFor(
  mirror: ResourceReader,
  route: Resource,
  parent: ParentRef,
  wanted: 'HTTP' | 'HTTPS',
): Listener[] {
  if (parent.kind !== 'Gateway') return [];
  const scope = parent.namespace ?? route.scope;
  const resource = mirror.get({ type: resourceTypes.gateway, scope, name: parent.name });
  const gateway = resource && readGateway(resource);
  const offered = gateway?.spec.listeners ?? [];
  return offered.filter(
    ({ name, protocol, allowedRoutes: { namespaces } }) =>
      protocol === wanted &&
      (parent.sectionName === undefined || parent.sectionName === name) &&
      (namespaces.from === 'All' ||
        (namespaces.from === 'Same' && scope === route.scope) ||
        (namespaces.from === 'Selector' && namespaceHas(mirror, route.scope, namespaces.selector))),
  );
}

function namespaceHas(mirror: ResourceReader, name: string, selector: LabelSelector | undefined): boolean {
  const namespace = mirror.get({ type: resourceTypes.namespace, scope: '', name });
  if (namespace === undefined || selector === undefined) return false;
  return selects(selector, objectAt(namespace.spec, 'metadata', 'labels'));
}
