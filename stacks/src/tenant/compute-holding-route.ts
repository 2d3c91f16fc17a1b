import { holdingPage, tenantHeader } from '../cell/holding-page-names.js';
import type { KubernetesObject } from '../kubernetes/object.js';
import { objectLabels } from './labels.js';
import { app, namespaceOf } from './names.js';
import type { TenantStackInput } from './tenant.input.js';

/**
 * The route of a suspended client: to the holding page that all clients of its cell share, with a header that says whose page it
 * is. The page lies in another namespace, which must allow it:
 * https://gateway-api.sigs.k8s.io/api-types/referencegrant
 */
export function computeHoldingRoute({ tenant, cell, hostnames }: TenantStackInput): KubernetesObject[] {
  const namespace = namespaceOf(tenant.slug);
  const labels = objectLabels(tenant);
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1beta1',
      kind: 'ReferenceGrant',
      metadata: { name: namespace, namespace: holdingPage.namespace, labels },
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace }],
        to: [{ group: '', kind: 'Service', name: holdingPage.name }],
      },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: app, namespace, labels },
      spec: {
        parentRefs: [{ name: cell.gatewayName, namespace: cell.gatewayNamespace }],
        hostnames: [...hostnames],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            filters: [
              {
                type: 'RequestHeaderModifier',
                // `set` takes the place of what a visitor has sent.
                requestHeaderModifier: { set: [{ name: tenantHeader, value: tenant.id }] },
              },
            ],
            backendRefs: [{ name: holdingPage.name, namespace: holdingPage.namespace, port: 80 }],
          },
        ],
      },
    },
  ];
}
