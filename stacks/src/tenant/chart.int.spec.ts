import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureTool } from '@leasehold/toolchain';
import { loadAll } from 'js-yaml';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { kubernetesObject } from '../kubernetes/object.js';
import { chartValues, type ChartInput } from './chart-values.js';
import type { PlanTerms } from './plan-terms.js';
import { checkPolicy } from './policy.js';

const chart = fileURLToPath(new URL('../../../charts/tenant-app', import.meta.url));
let helm = '';
beforeAll(async () => {
  helm = (await ensureTool('helm')).path;
});

const resources = {
  requests: { cpu: '50m', memory: '128Mi' },
  limits: { cpu: '500m', memory: '256Mi' },
  replicas: { min: 1, max: 3 },
};

const input: Omit<ChartInput, 'terms'> = {
  tenant: {
    id: 'ten_01',
    slug: 'acme',
    displayName: 'Acme: "quoted" {{ braces }} & Söhne',
    template: 'counter',
    release: '1.0.0',
    plan: 'standard',
    rowKeyPrefix: '0123456789',
    labels: {},
  },
  cell: { name: 'eu1', bigtableInstance: 'eu1', bucket: 'acme-prod-eu1-branding', gcpProject: 'acme-prod' },
  image: `registry.example/counter@sha256:${'0'.repeat(64)}`,
  manifest: {
    schemaVersion: 1,
    name: 'counter',
    version: '1.0.0',
    description: 'Numbers',
    run: { command: ['node', 'server.mjs'] },
    ports: [{ name: 'http', port: 8080 }],
    health: { live: '/healthz/live', ready: '/healthz/ready' },
    parameters: { type: 'object' },
    resources: {
      standard: resources,
    },
    dataClasses: [],
  },
  secrets: { AI_KEY: 't-acme-ai' },
  telemetry: null,
  parameters: { greeting: 'it’s "fine"\n{{ .Values }}' },
};

const plans: Readonly<Record<string, PlanTerms>> = {
  free: {
    replicas: { min: 1, max: 1 },
    isolation: { spread: 'preferred', priority: 'low', nodeSelector: {} },
  },
  standard: {
    replicas: { min: 1, max: 10 },
    isolation: { spread: 'preferred', priority: 'normal', nodeSelector: {} },
  },
  enterprise: {
    replicas: { min: 2, max: 50 },
    isolation: { spread: 'required', priority: 'high', nodeSelector: { pool: 'enterprise' } },
  },
};
const valuesIn = (plan: string, ports = input.manifest.ports) => {
  const terms = plans[plan];
  if (!terms) throw new Error(`no plan ${plan}`);
  return chartValues({
    ...input,
    tenant: { ...input.tenant, plan },
    manifest: { ...input.manifest, ports, resources: { [plan]: resources } },
    terms,
  });
};
const values = valuesIn('standard');

function render(input: unknown) {
  const yaml = execFileSync(helm, ['template', 'app', chart, '--namespace', 't-acme', '--values', '-'], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return z.array(kubernetesObject).parse(loadAll(yaml));
}

test.each(Object.keys(plans))(
  'in the plan %s the chart renders exactly the golden file, and the policy gate lets it pass',
  async (plan) => {
    const objects = render(valuesIn(plan));
    expect(checkPolicy(objects, 't-acme')).toEqual([]);
    await expect(JSON.stringify(objects, null, 2) + '\n').toMatchFileSnapshot(`golden/chart-${plan}.json`);
  },
);

test('text of a client reaches the workload as it was given, whatever characters it has', () => {
  const config = render(values).find(({ kind }) => kind === 'ConfigMap');
  expect(config).toMatchObject({ data: values.env });
});

test('where traces go is told to the workload, and the secret beside them only by its name', () => {
  const telemetry = {
    endpoint: 'http://collector.observability.svc:4318',
    ratio: 0.1,
    headersSecret: 'shared-otlp',
  };
  const terms = plans['standard'];
  if (!terms) throw new Error('no such plan');
  const objects = render(chartValues({ ...input, telemetry, terms }));
  expect(checkPolicy(objects, 't-acme')).toEqual([]);
  expect(objects.find(({ kind }) => kind === 'ConfigMap')).toMatchObject({
    data: {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.observability.svc:4318',
      OTEL_EXPORTER_OTLP_HEADERS_FILE: '/var/run/leasehold/secrets/OTEL_EXPORTER_OTLP_HEADERS',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
      OTEL_RESOURCE_ATTRIBUTES: 'leasehold.tenant=ten_01,leasehold.release=1.0.0,leasehold.cell=eu1',
    },
  });
});

test('a gRPC port is one of the pod and of the Service, which says that it speaks HTTP/2 in plain text', () => {
  const ports: ChartInput['manifest']['ports'] = [
    { name: 'http', port: 8080 },
    { name: 'grpc', port: 9090, protocol: 'grpc', paths: ['/calc.Calc'] },
  ];
  const rendered = render(valuesIn('standard', ports));
  const find = (kind: string) => rendered.find((each) => each.kind === kind);
  expect(find('ConfigMap')).toMatchObject({ data: { PORT: '8080', GRPC_PORT: '9090' } });
  expect(find('Deployment')).toMatchObject({
    spec: {
      template: {
        spec: {
          containers: [
            {
              ports: [
                { name: 'http', containerPort: 8080 },
                { name: 'grpc', containerPort: 9090, protocol: 'TCP' },
              ],
            },
          ],
        },
      },
    },
  });
  expect(find('Service')).toMatchObject({
    spec: {
      ports: [
        { name: 'http', port: 80 },
        { name: 'grpc', port: 9090, targetPort: 'grpc', appProtocol: 'kubernetes.io/h2c' },
      ],
    },
  });
});

test.each([
  ['an image by tag', { ...values, image: 'registry.example/counter:latest' }, /image/],
  ['an unknown value', { ...values, surprise: true }, /surprise/],
])('%s is refused', (_name, wrong, message) => {
  expect(() => render(wrong)).toThrow(message);
});
