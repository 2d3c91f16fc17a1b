import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { Resource } from '../inventory/resource.js';
import { readerOf, resource } from '../testing/resources.js';
import { routeTable } from './http-route.js';

const listener = (more: JsonObject = {}): JsonObject => ({
  name: 'http',
  protocol: 'HTTP',
  hostname: '*.example.test',
  allowedRoutes: {
    namespaces: { from: 'Selector', selector: { matchExpressions: [{ key: 'tenant', operator: 'Exists' }] } },
  },
  ...more,
});
const gateway = (...listeners: JsonObject[]): Resource =>
  resource(resourceTypes.gateway, 'system', 'edge', { spec: { listeners } });
const namespace = (name: string, labels: JsonObject): Resource =>
  resource(resourceTypes.namespace, '', name, { metadata: { labels } });
const route = (rule: JsonObject = {}, more: JsonObject = {}): Resource =>
  resource(resourceTypes.httpRoute, 't-acme', 'app', {
    spec: {
      parentRefs: [{ name: 'edge', namespace: 'system' }],
      hostnames: ['acme.example.test'],
      rules: [{ backendRefs: [{ name: 'app', port: 80 }], ...rule }],
      ...more,
    },
  });
const tenant = namespace('t-acme', { tenant: 'ten_1' });
const find = (...resources: Resource[]) =>
  routeTable(readerOf(...resources)).find('acme.example.test', 'GET', '/');

describe('A route', () => {
  it('counts when its Gateway exists and takes routes from its namespace', () => {
    expect(find(gateway(listener()), tenant, route())).toMatchObject({
      namespace: 't-acme',
      backends: [{ service: 'app', port: 80, weight: 1 }],
    });
  });

  it.each<[string, Resource[]]>([
    ['without its Gateway', [tenant, route()]],
    ['whose namespace the Gateway does not take', [gateway(listener()), namespace('t-acme', {}), route()]],
    ['without a namespace', [gateway(listener()), route()]],
    [
      'of a Gateway that takes its own namespace alone',
      [gateway(listener({ allowedRoutes: {} })), tenant, route()],
    ],
    [
      'outside the hostnames of the listener',
      [gateway(listener({ hostname: '*.other.test' })), tenant, route()],
    ],
    ['of a listener that does not speak HTTP', [gateway(listener({ protocol: 'HTTPS' })), tenant, route()]],
    [
      'of a listener that the Gateway does not have',
      [
        gateway(listener()),
        tenant,
        route({}, { parentRefs: [{ name: 'edge', namespace: 'system', sectionName: 'x' }] }),
      ],
    ],
    ['without a parent', [gateway(listener()), tenant, route({}, { parentRefs: [] })]],
    [
      'with a match that the edge cannot judge',
      [gateway(listener()), tenant, route({ matches: [{ headers: [{ name: 'a', value: 'b' }] }] })],
    ],
    [
      'with a filter that would change the request',
      [gateway(listener()), tenant, route({ filters: [{ type: 'RequestRedirect' }] })],
    ],
  ])('%s is not served', (_what, resources) => expect(find(...resources)).toBeUndefined());

  it('does not reach into another namespace', () => {
    const backendRefs = [{ name: 'app', port: 80, namespace: 't-other' }];
    expect(find(gateway(listener()), tenant, route({ backendRefs }))?.backends).toEqual([]);
  });

  it('reaches into another namespace where that grants it, and says there whose request it is', () => {
    const grant = resource(resourceTypes.referenceGrant, 't-other', 'grant', {
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 't-acme' }],
        to: [{ group: '', kind: 'Service', name: 'app' }],
      },
    });
    const set = [{ name: 'Whose', value: 'acme' }];
    const rule = {
      backendRefs: [{ name: 'app', port: 80, namespace: 't-other' }],
      filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set } }],
    };
    expect(find(gateway(listener()), tenant, grant, route(rule))).toMatchObject({
      backends: [{ namespace: 't-other', service: 'app' }],
      headers: { set: [{ name: 'whose', value: 'acme' }] },
    });
    const elsewhere = { ...rule, backendRefs: [{ name: 'secret', port: 80, namespace: 't-other' }] };
    expect(find(gateway(listener()), tenant, grant, route(elsewhere))?.backends).toEqual([]);
  });

  it('with a broken rule keeps its other rules', () => {
    const rules = [{ backendRefs: 'x' }, { backendRefs: [{ name: 'app', port: 80 }] }];
    expect(find(gateway(listener()), tenant, route({}, { rules }))?.backends).toHaveLength(1);
  });
});
