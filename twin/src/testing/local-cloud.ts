/** For tests of the twin: writes into an inventory what the stacks would create for a cell and for a client. */
import type { Inventory } from '../inventory/inventory.js';
import type { JsonObject } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import type { ResourceDraft } from '../inventory/resource.js';

export const cell = 'local';
export const domain = 'apps.example.test';
export const bucket = 'leasehold-twin-local-branding';
const project = 'leasehold-twin';

export interface SampleClient {
  slug: string;
  image: string;
  replicas?: number;
  hostname?: string;
  parameters?: JsonObject;
  /** Changes of it are changes of the pod template. */
  version?: string;
}

/** The cell's Gateway and bucket, and the zone. */
export async function createCell(inventory: Inventory): Promise<void> {
  await put(
    inventory,
    kubernetes('namespace', '', 'leasehold-system', { metadata: { name: 'leasehold-system' } }),
  );
  const namespaces = {
    from: 'Selector',
    selector: { matchExpressions: [{ key: 'leasehold.dev/tenant', operator: 'Exists' }] },
  };
  const listener = {
    name: 'http',
    protocol: 'HTTP',
    port: 80,
    hostname: `*.${domain}`,
    allowedRoutes: { namespaces },
  };
  const secure = { ...listener, name: 'https', protocol: 'HTTPS', port: 443 };
  const metadata = { annotations: { 'networking.gke.io/certmap': 'map' } };
  const listeners = [listener, secure];
  await put(inventory, kubernetes('gateway', 'leasehold-system', 'edge', { metadata, spec: { listeners } }));
  await put(inventory, google('certificateMap', project, 'map', { name: 'map' }));
  await put(inventory, google('certificate', project, 'wildcard', { managed: { dnsAuthorizations: [] } }));
  const certificates = [`projects/${project}/locations/global/certificates/wildcard`];
  await put(
    inventory,
    google('certificateMapEntry', `${project}/map`, 'wildcard', { hostname: `*.${domain}`, certificates }),
  );
  await put(inventory, google('managedZone', project, 'zone', { name: 'zone', dnsName: `${domain}.` }));
  await put(inventory, google('bucket', '', bucket, { name: bucket }));
}

/** Everything of one client: its namespace, workload, route, name and branding folder. */
export async function createClient(inventory: Inventory, client: SampleClient): Promise<void> {
  const namespace = `t-${client.slug}`;
  const hostname = client.hostname ?? hostnameOfClient(client.slug);
  const labels = { 'leasehold.dev/tenant': `ten_${client.slug}` };
  await put(inventory, kubernetes('namespace', '', namespace, { metadata: { name: namespace, labels } }));
  await put(inventory, kubernetes('serviceAccount', namespace, 'app', {}));
  await put(inventory, kubernetes('configMap', namespace, 'app', { data: environmentOf(client) }));
  await put(inventory, deploymentOf(client));
  const ports = [
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'grpc', port: 9090, targetPort: 'grpc', appProtocol: 'kubernetes.io/h2c' },
  ];
  await put(
    inventory,
    kubernetes('service', namespace, 'app', { spec: { selector: { app: 'app' }, ports } }),
  );
  const cachePolicy = { cacheMode: 'USE_ORIGIN_HEADERS', requestCoalescing: true };
  await put(inventory, kubernetes('gcpHttpFilter', namespace, 'cdn', { spec: { cachePolicy } }));
  await put(inventory, routeOf(namespace, hostname));
  await put(
    inventory,
    google('recordSet', `${project}/zone`, `${hostname}./A`, {
      name: `${hostname}.`,
      type: 'A',
      ttl: 300,
      rrdatas: ['127.0.0.1'],
      managedZone: 'zone',
    }),
  );
  const folder = `tenants/ten_${client.slug}/branding/`;
  await put(
    inventory,
    google('managedFolderIamMember', `${bucket}/${folder}`, 'viewer', {
      bucket,
      managedFolder: folder,
      role: 'roles/storage.objectViewer',
      member: `principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/${project}.svc.id.goog/subject/ns/${namespace}/sa/app`,
    }),
  );
}

export const hostnameOfClient = (slug: string): string => `${slug}.${domain}`;

/** Replaces a client's Deployment, as another run of its stack would. */
export async function updateDeployment(inventory: Inventory, client: SampleClient): Promise<void> {
  const draft = deploymentOf(client);
  await inventory.update(draft, draft.spec);
}

export function deploymentOf({ slug, image, replicas, version }: SampleClient): ResourceDraft {
  const probe = (path: string): JsonObject => ({
    httpGet: { path, port: 'http' },
    periodSeconds: 1,
    failureThreshold: 2,
  });
  const token = { path: 'token', audience: 'storage', expirationSeconds: 3_600 };
  const container = {
    name: 'app',
    image,
    ports: [
      { name: 'http', containerPort: 8080 },
      { name: 'grpc', containerPort: 9090 },
    ],
    envFrom: [{ configMapRef: { name: 'app' } }],
    env: [{ name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }],
    readinessProbe: probe('/healthz/ready'),
    livenessProbe: probe('/healthz/live'),
    volumeMounts: [{ name: 'storage-token', mountPath: '/var/run/leasehold/storage', readOnly: true }],
  };
  const template = {
    metadata: { labels: { app: 'app' }, annotations: { version: version ?? '1' } },
    spec: {
      serviceAccountName: 'app',
      terminationGracePeriodSeconds: 2,
      containers: [container],
      volumes: [{ name: 'storage-token', projected: { sources: [{ serviceAccountToken: token }] } }],
    },
  };
  return kubernetes('deployment', `t-${slug}`, 'app', { spec: { replicas: replicas ?? 1, template } });
}

function environmentOf({ slug, parameters }: SampleClient): JsonObject {
  return {
    PORT: '8080',
    TENANT_NAME: `Client ${slug}`,
    PARAMETERS: JSON.stringify(parameters ?? {}),
    DATA_GATEWAY_ENDPOINT: 'data-gateway.leasehold-system.svc:8086',
    BRANDING_URL: `https://storage.googleapis.com/storage/v1/b/${bucket}/o/x?alt=media`,
    BRANDING_TOKEN_FILE: '/var/run/leasehold/storage/token',
  };
}

function routeOf(namespace: string, hostname: string): ResourceDraft {
  const rule = {
    matches: [{ path: { type: 'PathPrefix', value: '/' } }],
    filters: [{ type: 'ExtensionRef', extensionRef: { kind: 'GCPHTTPFilter', name: 'cdn' } }],
    backendRefs: [{ name: 'app', port: 80 }],
  };
  // GKE has no GRPCRoute: a path of its own leads to the port that speaks gRPC, without the CDN's filter.
  const grpc = {
    matches: [{ path: { type: 'PathPrefix', value: '/sample.Sample' } }],
    backendRefs: [{ name: 'app', port: 9090 }],
  };
  const parentRefs = [{ name: 'edge', namespace: 'leasehold-system' }];
  return kubernetes('httpRoute', namespace, 'app', {
    spec: { parentRefs, hostnames: [hostname], rules: [rule, grpc] },
  });
}

type TypeName = keyof typeof resourceTypes;

function kubernetes(type: TypeName, scope: string, name: string, spec: JsonObject): ResourceDraft {
  return draft('kubernetes', type, scope, name, spec);
}

function google(type: TypeName, scope: string, name: string, spec: JsonObject): ResourceDraft {
  return draft('gcp', type, scope, name, spec);
}

function draft(
  provider: ResourceDraft['provider'],
  type: TypeName,
  scope: string,
  name: string,
  spec: JsonObject,
): ResourceDraft {
  const externalId = `${scope}/${name}`;
  return { cell, provider, type: resourceTypes[type], scope, name, externalId, owner: 'test/test', spec };
}

async function put(inventory: Inventory, resource: ResourceDraft): Promise<void> {
  await inventory.create(resource);
}
