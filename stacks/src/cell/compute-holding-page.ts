import type { KubernetesObject } from '../kubernetes/object.js';
import { atEdge, dns, googleApis, httpPort } from '../tenant/compute-network-policies.js';
import { brandingUrl } from '../tenant/names.js';
import { holdingPage } from './holding-page-names.js';

export interface HoldingPageInput {
  readonly cell: string;
  readonly environment: 'development' | 'staging' | 'production';
  readonly bucket: string;
  /** Image reference with digest. */
  readonly image: string;
}

/** What the page replaces in its URL; a tenant's id has no such form. */
const tenantPlaceholder = 'TENANT_ID';
const { namespace, name } = holdingPage;

/**
 * The page that a cell shows for its suspended clients: one small workload that all of them share. It reads a client's branding
 * with an identity of its own, which may read the folders of suspended clients alone.
 */
export function computeHoldingPage({
  cell,
  environment,
  bucket,
  image,
}: HoldingPageInput): KubernetesObject[] {
  const selector = { 'app.kubernetes.io/name': name };
  const labels = { ...selector, 'app.kubernetes.io/managed-by': 'leasehold', 'leasehold.dev/cell': cell };
  const metadata = { name, namespace, labels };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata,
      spec: {
        podSelector: { matchLabels: selector },
        policyTypes: ['Ingress', 'Egress'],
        ingress: [atEdge],
        egress: [dns, googleApis],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { ...metadata, annotations: { 'pulumi.com/skipAwait': 'true' } },
      spec: {
        type: 'ClusterIP',
        selector,
        ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }],
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, annotations: { 'pulumi.com/skipAwait': 'true' } },
      spec: {
        replicas: environment === 'development' ? 1 : 2,
        selector: { matchLabels: selector },
        template: { metadata: { labels }, spec: podSpec(image, bucket) },
      },
    },
    {
      apiVersion: 'networking.gke.io/v1',
      kind: 'HealthCheckPolicy',
      metadata,
      spec: {
        default: {
          config: { type: 'HTTP', httpHealthCheck: { port: httpPort, requestPath: '/healthz/ready' } },
        },
        targetRef: { group: '', kind: 'Service', name },
      },
    },
  ];
}

function podSpec(image: string, bucket: string) {
  return {
    serviceAccountName: name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'page',
        image,
        ports: [{ name: 'http', containerPort: httpPort, protocol: 'TCP' }],
        env: [
          { name: 'PORT', value: String(httpPort) },
          { name: 'BRANDING_URL', value: brandingUrl(bucket, tenantPlaceholder) },
          { name: 'BRANDING_TOKEN_FILE', value: '/var/run/leasehold/storage/token' },
        ],
        resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        readinessProbe: { httpGet: { path: '/healthz/ready', port: 'http' }, periodSeconds: 5 },
        livenessProbe: { httpGet: { path: '/healthz/live', port: 'http' }, periodSeconds: 10 },
        volumeMounts: [{ name: 'storage-token', mountPath: '/var/run/leasehold/storage', readOnly: true }],
      },
    ],
    volumes: [
      {
        name: 'storage-token',
        projected: {
          sources: [{ serviceAccountToken: { path: 'token', audience: 'storage', expirationSeconds: 3600 } }],
        },
      },
    ],
  };
}
