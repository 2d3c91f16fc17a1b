import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { constructors } from '../kubernetes/constructors.js';
import { kindOf, type KubernetesObject } from '../kubernetes/object.js';
import { computeTenant } from './compute-tenant.js';
import { checkPolicy, workloadKinds } from './policy.js';
import { tenantStackInput, type TenantStackInput } from './tenant.input.js';

const deployment: KubernetesObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: 't-acme' },
};

const input: TenantStackInput = {
  tenant: {
    id: 'ten_01',
    slug: 'acme',
    displayName: 'Acme & Söhne',
    template: 'counter',
    release: '1.0.0',
    plan: 'standard',
    rowKeyPrefix: '0123456789',
    labels: {},
  },
  cell: {
    name: 'eu1',
    environment: 'production',
    domain: 'apps.example.test',
    gcpProject: 'acme-prod',
    gcpProjectNumber: '42',
    region: 'europe-west1',
    gatewayNamespace: 'leasehold-system',
    gatewayName: 'edge',
    bucket: 'acme-prod-eu1-branding',
    managedZone: 'apps-example-test',
    certificateMap: 'leasehold-eu1',
    bigtableInstance: 'leasehold-eu1',
    edgeAddresses: ['192.0.2.10'],
  },
  hostnames: ['acme.apps.example.test', 'count.acme.example'],
  workload: { objects: [deployment], digest: 'sha256:00' },
  securityPolicy: 'leasehold-eu1-1000rps',
  secrets: { AI_KEY: 't-acme-ai', SHARED: 'shared-mail' },
  telemetry: null,
  views: [{ table: 'counters', families: ['c'] }],
  grpcPorts: [{ port: 9090, paths: ['/calc.Calc', '/calc.CalcEvents'] }],
  quota: { cpu: '4', memory: '8Gi', pods: 20 },
  presence: 'live',
};

const objects = (tenant: TenantStackInput) => {
  const { foundation, workload, edge } = computeTenant(tenant);
  return [...foundation, ...workload, ...edge];
};

describe('where traces go', () => {
  const telemetry = { endpoint: 'http://collector.observability.svc:4318', ratio: 1 };
  const policyOf = (endpoint: string) =>
    computeTenant({ ...input, telemetry: { ...telemetry, endpoint } }).foundation.find(
      ({ metadata }) => metadata.name === 'allow-collector',
    );

  test('pods may call nobody for it when nothing is set', () => {
    const names = computeTenant(input).foundation.map(({ metadata }) => metadata.name);
    expect(names).not.toContain('allow-collector');
  });

  test.each([
    [
      'http://collector.observability.svc:4318',
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'observability' } } },
      4318,
    ],
    [
      'https://collector.monitoring.svc.cluster.local/otlp',
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
      443,
    ],
    ['http://localhost:4318', { ipBlock: { cidr: '127.0.0.1/32' } }, 4318],
    ['http://[fd00::1]:4318', { ipBlock: { cidr: 'fd00::1/128' } }, 4318],
  ])('pods may call %s, and nobody else for it', (endpoint, to, port) => {
    expect(policyOf(endpoint)).toMatchObject({
      spec: { policyTypes: ['Egress'], egress: [{ to: [to], ports: [{ protocol: 'TCP', port }] }] },
    });
  });

  test('a host that no network policy can name is refused', () => {
    expect(() => policyOf('https://otlp.example.com')).toThrow(/no network policy can name it/);
  });

  test('the secret that goes with them is shown to the pod beside its own, and read by the workload alone', () => {
    const { foundation, secretReaders } = computeTenant({
      ...input,
      telemetry: { ...telemetry, headersSecret: 'shared-otlp' },
    });
    const shown = JSON.stringify(foundation.find(({ kind }) => kind === 'SecretProviderClass'));
    expect(shown).toContain('secrets/shared-otlp/versions/latest');
    expect(shown).toContain('secrets/t-acme-ai/versions/latest');
    expect(secretReaders.map(({ secretId }) => secretId)).toContain('shared-otlp');
  });
});

describe('what one client owns', () => {
  test('is exactly the golden file', async () => {
    await expect(JSON.stringify(computeTenant(input), null, 2) + '\n').toMatchFileSnapshot(
      'golden/tenant.json',
    );
  });

  test('without workload, route and record when it is withdrawn; namespace and branding stay', () => {
    const withdrawn = computeTenant({ ...input, presence: 'withdrawn' });
    expect(withdrawn.workload).toEqual([]);
    expect(withdrawn.edge).toEqual([]);
    expect(withdrawn.records).toEqual([]);
    expect(withdrawn.certificates).toMatchObject([{ domains: ['count.acme.example'], entries: [] }]);
    expect(withdrawn.foundation).toEqual(computeTenant(input).foundation);
    expect(withdrawn.branding).toEqual(computeTenant(input).branding);
  });

  test('keeps its names while it is suspended, runs no pod, and leads to the holding page', () => {
    const autoscaler = { ...deployment, apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' };
    const workload = { objects: [deployment, autoscaler], digest: 'sha256:00' };
    const suspended = computeTenant({ ...input, workload, presence: 'suspended' });
    expect(suspended.records).toEqual(computeTenant(input).records);
    expect(suspended.foundation).toEqual(computeTenant(input).foundation);
    expect(suspended.workload).toEqual([{ ...deployment, spec: { replicas: 0 } }]);
    const [grant, route] = suspended.edge;
    expect(grant).toMatchObject({
      kind: 'ReferenceGrant',
      metadata: { namespace: 'leasehold-system' },
      spec: { from: [{ namespace: 't-acme' }], to: [{ name: 'holding-page' }] },
    });
    expect(route).toMatchObject({
      metadata: { name: 'app', namespace: 't-acme' },
      spec: {
        hostnames: input.hostnames,
        rules: [{ backendRefs: [{ name: 'holding-page', namespace: 'leasehold-system' }] }],
      },
    });
    expect(suspended.branding.readers.map(({ name }) => name)).toEqual([
      'branding-reader',
      'branding-holding-reader',
    ]);
  });

  test('has a view of its own rows alone, for as long as it has rows', () => {
    const [view] = computeTenant({ ...input, presence: 'withdrawn' }).views;
    expect(view).toMatchObject({ tableName: 'counters', name: 't-acme' });
    expect(view?.subsetView.rowPrefixes.map((each) => Buffer.from(each, 'base64').toString())).toEqual([
      '0123456789#',
    ]);
    expect(computeTenant({ ...input, views: [] }).views).toEqual([]);
  });

  test('has a record for each name below the cell’s domain, and none for a domain of the client’s own', () => {
    expect(computeTenant(input).records.map(({ name }) => name)).toEqual(['acme.apps.example.test.']);
  });

  test('consists of kinds that the program can register', () => {
    expect(
      objects(input)
        .map(kindOf)
        .filter((kind) => !(kind in constructors)),
    ).toEqual([]);
    expect([...workloadKinds].filter((kind) => !(kind in constructors))).toEqual([]);
  });

  test('never shares a namespace or a folder with another client', () => {
    const slug = fc.stringMatching(/^[a-z][a-z0-9]{0,10}$/);
    fc.assert(
      fc.property(slug, slug, (a, b) => {
        fc.pre(a !== b);
        const of = (name: string) =>
          computeTenant({ ...input, tenant: { ...input.tenant, id: `ten_${name}`, slug: name } });
        const [one, other] = [of(a), of(b)];
        expect(one.foundation[0]?.metadata.name).not.toBe(other.foundation[0]?.metadata.name);
        expect(one.branding.folder.startsWith(other.branding.folder)).toBe(false);
        expect(one.branding.readers).not.toEqual(other.branding.readers);
      }),
    );
  });

  test('leads each gRPC service to its port, past the CDN, and lets the load balancer reach that port', () => {
    const [route] = objects(input).filter(({ kind }) => kind === 'HTTPRoute');
    expect(route).toMatchObject({
      spec: {
        rules: [
          {
            matches: [
              { path: { type: 'PathPrefix', value: '/calc.Calc' } },
              { path: { type: 'PathPrefix', value: '/calc.CalcEvents' } },
            ],
            backendRefs: [{ name: 'app', port: 9090 }],
          },
          { matches: [{ path: { value: '/' } }], backendRefs: [{ name: 'app', port: 80 }] },
        ],
      },
    });
    expect(JSON.stringify(route?.['spec'])).toMatch(/9090}\]},{.*ExtensionRef/);
    const edge = objects(input).find(({ metadata }) => metadata.name === 'allow-edge');
    expect(edge).toMatchObject({ spec: { ingress: [{ ports: [{ port: 8080 }, { port: 9090 }] }] } });
  });

  test('is closed in both directions before any hole is opened', () => {
    const policies = objects(input).filter(({ kind }) => kind === 'NetworkPolicy');
    expect(policies[0]).toMatchObject({
      metadata: { name: 'default-deny' },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'], ingress: [], egress: [] },
    });
    expect(policies.slice(1).map(({ metadata }) => metadata.name)).toEqual([
      'allow-dns',
      'allow-metadata-server',
      'allow-data-gateway',
      'allow-google-apis',
      'allow-replicas',
      'allow-edge',
    ]);
  });
});

describe('input of a tenant stack', () => {
  test.each([
    ['an unknown field', { ...input, more: 1 }],
    ['no hostname', { ...input, hostnames: [] }],
    ['a quota that is no quantity', { ...input, quota: { ...input.quota, cpu: 'many' } }],
    [
      'an edge address that is a name',
      { ...input, cell: { ...input.cell, edgeAddresses: ['edge.example'] } },
    ],
  ])('with %s is refused', (_name, wrong) => {
    expect(tenantStackInput.safeParse(wrong).success).toBe(false);
  });
});

describe('the policy gate', () => {
  test('lets a workload pass', () => {
    expect(checkPolicy([deployment], 't-acme')).toEqual([]);
  });

  test.each<[string, KubernetesObject, string]>([
    [
      'a role binding',
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: 'x', namespace: 't-acme' },
      },
      'kind',
    ],
    [
      'an object in another namespace',
      { ...deployment, metadata: { name: 'app', namespace: 't-globex' } },
      'namespace',
    ],
    ['an object without a namespace', { ...deployment, metadata: { name: 'app' } }, 'namespace'],
    [
      'a load balancer',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'app', namespace: 't-acme' },
        spec: { type: 'LoadBalancer' },
      },
      'service-type',
    ],
  ])('stops %s', (_name, object, rule) => {
    expect(checkPolicy([object], 't-acme').map((finding) => finding.rule)).toEqual([rule]);
  });
});
