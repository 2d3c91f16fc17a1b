import type { KubernetesObject } from '../kubernetes/object.js';
import { objectLabels } from './labels.js';
import { app, namespaceOf } from './names.js';
import { computeGrpcRules } from './compute-grpc-rules.js';
import { httpPort } from './compute-network-policies.js';
import type { TenantStackInput } from './tenant.input.js';

const gateway = 'gateway.networking.k8s.io/v1';
const gke = 'networking.gke.io/v1';

/** How requests reach the workload: the route on the cell's shared Gateway, the client's own CDN filter, the health check, Cloud Armor. */
export function computeEdge({
  tenant,
  cell,
  hostnames,
  securityPolicy,
  grpcPorts,
}: TenantStackInput): KubernetesObject[] {
  const metadata = { namespace: namespaceOf(tenant.slug), labels: objectLabels(tenant) };
  return [
    {
      apiVersion: gke,
      kind: 'GCPHTTPFilter',
      metadata: { name: 'cdn', ...metadata },
      spec: {
        cachePolicy: {
          // What may be cached is the workload's word: its Cache-Control.
          cacheMode: 'USE_ORIGIN_HEADERS',
          requestCoalescing: true,
          cacheKeyPolicy: { includeHost: true, includeProtocol: true, includeQueryString: true },
        },
      },
    },
    {
      apiVersion: gateway,
      kind: 'HTTPRoute',
      metadata: { name: app, ...metadata },
      spec: {
        parentRefs: [{ name: cell.gatewayName, namespace: cell.gatewayNamespace }],
        hostnames: [...hostnames],
        rules: [
          ...computeGrpcRules(grpcPorts),
          {
            matches: [{ path: { type: 'PathPrefix', value: '/' } }],
            filters: [
              {
                type: 'ExtensionRef',
                extensionRef: { group: 'networking.gke.io', kind: 'GCPHTTPFilter', name: 'cdn' },
              },
            ],
            backendRefs: [{ name: app, port: 80 }],
          },
        ],
      },
    },
    {
      // https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources#configure_cloud_armor
      apiVersion: gke,
      kind: 'GCPBackendPolicy',
      metadata: { name: app, ...metadata },
      spec: { default: { securityPolicy }, targetRef: { group: '', kind: 'Service', name: app } },
    },
    {
      apiVersion: gke,
      kind: 'HealthCheckPolicy',
      metadata: { name: app, ...metadata },
      spec: {
        default: {
          config: { type: 'HTTP', httpHealthCheck: { port: httpPort, requestPath: '/healthz/ready' } },
        },
        targetRef: { group: '', kind: 'Service', name: app },
      },
    },
  ];
}
