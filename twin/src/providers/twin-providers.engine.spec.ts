import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { programs } from '@leasehold/stacks/programs';
import { ensureTool } from '@leasehold/toolchain';
import * as gcp from '@pulumi/gcp';
import * as kubernetes from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import {
  LocalWorkspace,
  PulumiCommand,
  type EngineEvent,
  type OpMap,
  type PulumiFn,
  type Stack,
} from '@pulumi/pulumi/automation/index.js';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Inventory } from '../inventory/inventory.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { createTwinPool } from '../inventory/twin-pool.js';
import { startTwinProviders } from './start-twin-providers.js';

let database: TestDatabase;
let pool: Pool;
let inventory: Inventory;
let command: PulumiCommand;
let folder: string;
let stack: Stack;

beforeAll(async () => {
  database = await testDatabase();
  pool = createTwinPool(database.twinUrl);
  inventory = new Inventory(pool);
  const { path } = await ensureTool('pulumi');
  process.env['PATH'] = `${dirname(path)}${delimiter}${process.env['PATH'] ?? ''}`;
  command = await PulumiCommand.get({ skipVersionCheck: true });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

beforeEach(async () => {
  await pool.query('delete from twin.resources');
  folder = await mkdtemp(join(tmpdir(), 'twin-providers-'));
  stack = await newStack('ten_1');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function newStack(stackName: string): Promise<Stack> {
  const created = await LocalWorkspace.createStack(
    { stackName, projectName: 'leasehold-tenant', program: () => Promise.resolve() },
    {
      pulumiCommand: command,
      pulumiHome: join(folder, 'home'),
      projectSettings: {
        name: 'leasehold-tenant',
        runtime: 'nodejs',
        backend: { url: `file://${folder}` },
      },
      envVars: {
        PULUMI_CONFIG_PASSPHRASE: 'test',
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
        PULUMI_SKIP_UPDATE_CHECK: '1',
        PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: '1',
      },
    },
  );
  // Each of them is a call of the CLI after every operation; the state's file says as much.
  return Object.assign(created, {
    outputs: () => Promise.resolve({}),
    info: () => Promise.resolve(undefined),
  });
}

/** Runs one operation of the engine against providers of its own. */
async function run<T>(operation: () => Promise<T>): Promise<T> {
  const failures: string[] = [];
  const log = { error: (details: Record<string, unknown>) => failures.push(String(details['err'])) };
  const providers = await startTwinProviders({
    databaseUrl: database.twinUrl,
    pool,
    cell: 'local',
    runId: 'run-1',
    log,
  });
  Object.assign(stack.workspace.envVars, { PULUMI_DEBUG_PROVIDERS: providers.debugProviders });
  try {
    return await operation();
  } finally {
    await providers.close();
    expect(failures).toEqual([]);
  }
}

/** What one operation changed, and what the CLI printed. */
interface Result {
  changes: OpMap;
  stdout: string;
}

type Operation = (options: { onEvent: (event: EngineEvent) => void }) => Promise<{ stdout: string }>;

async function perform(operation: Operation): Promise<Result> {
  let changes: OpMap = {};
  const onEvent = ({ summaryEvent }: EngineEvent): void => {
    changes = summaryEvent?.resourceChanges ?? changes;
  };
  const { stdout } = await run(() => operation({ onEvent }));
  return { changes, stdout };
}

async function up(program: PulumiFn): Promise<Result & { outputs: Record<string, unknown> }> {
  const result = await perform((options) => stack.up({ program, ...options }));
  const { outputs } = await stored('pulumi:pulumi:Stack');
  return { ...result, outputs };
}

const refresh = (): Promise<Result> => perform((options) => stack.refresh(options));
const destroy = (): Promise<Result> => perform((options) => stack.destroy(options));
const stateSchema = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(
        z.looseObject({ type: z.string(), outputs: z.record(z.string(), z.unknown()).default({}) }),
      ),
    }),
  }),
});

/** A resource as it stands in the file of the backend, where secrets are sealed. */
async function stored(type: string): Promise<{ inputs?: unknown; outputs: Record<string, unknown> }> {
  const text = await readFile(join(folder, `.pulumi/stacks/leasehold-tenant/${stack.name}.json`), 'utf8');
  const { resources } = stateSchema.parse(JSON.parse(text)).checkpoint.latest;
  return resources.find((resource) => resource.type === type) ?? { outputs: {} };
}

const cellOutputs = z.object({
  gatewayNamespace: z.string(),
  gatewayName: z.string(),
  bucket: z.string(),
  certificateMap: z.string(),
  bigtableInstance: z.string(),
  securityPolicies: z.array(z.string()),
});

const names = async (): Promise<string[]> =>
  (await inventory.list({ cell: 'local' })).map(({ externalId }) => externalId).sort();

const labels = { 'leasehold.dev/tenant': 'ten_1', 'app.kubernetes.io/managed-by': 'leasehold' };

interface ProgramOptions {
  name?: string;
  data?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  image?: string;
  selector?: Record<string, string>;
}

/** A small tenant: every way in which resources depend on each other, on both clouds. */
const program =
  (options: ProgramOptions = {}): PulumiFn =>
  () => {
    const { data = { PORT: '8080' }, image = 'twin.local/counter@sha256:0' } = options;
    const selector = options.selector ?? { 'app.kubernetes.io/name': 'app' };
    const namespace = new kubernetes.core.v1.Namespace('namespace', {
      metadata: { name: options.name ?? 't-acme', labels },
    });
    const metadata = { name: 'app', namespace: namespace.metadata.name, labels };
    new kubernetes.core.v1.ConfigMap('config', { metadata, data });
    new kubernetes.core.v1.Service('service', {
      metadata,
      spec: { selector, ports: [{ port: 80, targetPort: 8080 }] },
    });
    const deployment = new kubernetes.apps.v1.Deployment('deployment', {
      metadata,
      spec: {
        selector: { matchLabels: selector },
        template: { metadata: { labels: selector }, spec: { containers: [{ name: 'app', image }] } },
      },
    });
    new kubernetes.apiextensions.CustomResource('route', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata,
      spec: { hostnames: ['acme.localhost'], rules: [{ backendRefs: [{ name: 'app', port: 80 }] }] },
    });
    const zone = new gcp.dns.ManagedZone('zone', { name: 'tenants', dnsName: 'localhost.' });
    const record = new gcp.dns.RecordSet('record', {
      managedZone: zone.name,
      name: 'acme.localhost.',
      type: 'A',
      rrdatas: ['127.0.0.1'],
    });
    const bucket = new gcp.storage.Bucket('bucket', {
      name: 'local-branding',
      location: 'eu',
      uniformBucketLevelAccess: true,
    });
    const managedFolder = new gcp.storage.ManagedFolder('folder', {
      bucket: bucket.name,
      name: 'tenants/ten_1/branding/',
    });
    new gcp.storage.ManagedFolderIamMember('member', {
      bucket: bucket.name,
      managedFolder: managedFolder.name,
      role: 'roles/storage.objectViewer',
      member:
        'principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/ns/t-acme/sa/app',
    });
    return Promise.resolve({ uid: deployment.metadata.uid, record: record.id, bucket: bucket.url });
  };

const everything = [
  'local-branding',
  'projects/leasehold-twin/managedZones/tenants',
  'local-branding/tenants/ten_1/branding/',
  'b/local-branding/managedFolders/tenants/ten_1/branding/ roles/storage.objectViewer principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog/subject/ns/t-acme/sa/app',
  'projects/leasehold-twin/managedZones/tenants/rrsets/acme.localhost./A',
  't-acme',
  't-acme/app',
  't-acme/app',
  't-acme/app',
  't-acme/app',
];

describe('a stack on the twin', () => {
  it('comes to exist, stays as it is, and goes without a trace', async () => {
    const first = await up(program());
    expect(first.changes).toEqual({ create: 11 });
    expect(new Set(await names())).toEqual(new Set(everything));
    expect(first.outputs).toMatchObject({
      record: 'projects/leasehold-twin/managedZones/tenants/rrsets/acme.localhost./A',
      bucket: 'gs://local-branding',
    });
    const deployment = await inventory.getByExternalId('local', resourceTypes.deployment, 't-acme/app');
    expect(deployment).toMatchObject({
      owner: 'leasehold-tenant/ten_1',
      uid: first.outputs['uid'],
      spec: { spec: { replicas: 1 } },
    });

    expect((await up(program())).changes).toEqual({ same: 11 });
    await destroy();
    expect(await names()).toEqual([]);
  });

  it('is changed in place where that is possible', async () => {
    const before = await up(program());
    const after = await up(program({ image: 'twin.local/counter@sha256:1' }));
    expect(after.changes).toEqual({ same: 10, update: 1 });
    expect(after.outputs['uid']).toBe(before.outputs['uid']);
    expect(await inventory.getByExternalId('local', resourceTypes.deployment, 't-acme/app')).toMatchObject({
      generation: 2,
    });
  });

  it('replaces what cannot be changed', async () => {
    const before = await up(program());
    const after = await up(program({ selector: { 'app.kubernetes.io/name': 'other' } }));
    expect(after.changes).toMatchObject({ replace: 1, update: 1 });
    expect(after.outputs['uid']).not.toBe(before.outputs['uid']);
  });

  it('touches nothing in a preview, also where values are not known yet', async () => {
    const { changeSummary } = await run(() => stack.preview({ program: program() }));
    expect(changeSummary).toEqual({ create: 11 });
    expect(await names()).toEqual([]);
  });

  it('shows in a refresh what was taken away, and brings it back', async () => {
    await up(program());
    for (const type of [resourceTypes.deployment, resourceTypes.httpRoute]) {
      await inventory.remove({ cell: 'local', type, scope: 't-acme', name: 'app' });
    }
    const { changes } = await refresh();
    expect(changes).toMatchObject({ delete: 2 });
    expect((await up(program())).changes).toEqual({ create: 2, same: 9 });
    expect(new Set(await names())).toEqual(new Set(everything));
  });

  it('is not disturbed by what the cloud observes, and the engine has nothing to warn of', async () => {
    await up(program());
    const key = { cell: 'local', type: resourceTypes.deployment, scope: 't-acme', name: 'app' };
    await inventory.setStatus(key, { readyReplicas: 1 });
    const { changes, stdout } = await refresh();
    expect(changes).toEqual({ same: 11 });
    expect(stdout).not.toContain('warning');
    expect((await up(program())).changes).toEqual({ same: 11 });
  });

  it('corrects what was changed behind its back', async () => {
    await up(program());
    const key = { cell: 'local', type: resourceTypes.configMap, scope: 't-acme', name: 'app' };
    const config = (await inventory.get(key))!;
    await inventory.update(key, { ...config.spec, data: { PORT: '1' } });
    await refresh();
    expect((await up(program())).changes).toEqual({ update: 1, same: 10 });
    expect(await inventory.get(key)).toMatchObject({ spec: { data: { PORT: '8080' } } });
  });

  it('takes over what it had created before its state was lost', async () => {
    const before = await up(program());
    await stack.importStack({
      version: 3,
      deployment: { manifest: { time: new Date().toISOString(), magic: '', version: '' } },
    });
    const after = await up(program());
    expect(after.changes).toEqual({ create: 11 });
    expect(after.outputs['uid']).toBe(before.outputs['uid']);
    expect(await names()).toHaveLength(10);
  });

  it('cannot take what is another tenant’s', async () => {
    await up(program());
    stack = await newStack('ten_2');
    const theirs = up(() => {
      const ours = { 'leasehold.dev/tenant': 'ten_2' };
      new kubernetes.core.v1.Namespace('namespace', { metadata: { name: 't-acme', labels: ours } });
      return Promise.resolve();
    });
    await expect(theirs).rejects.toThrow(
      'Namespace "t-acme" already exists and belongs to the tenant ten_1, not to the tenant ten_2',
    );
    expect(await names()).toHaveLength(10);
  });
});

describe('the product’s own stacks', () => {
  const domain = 'localhost';
  const tenant = {
    id: 'ten_1',
    slug: 'acme',
    displayName: 'Acme',
    template: 'counter',
    release: '1.0.0',
    plan: 'standard',
    rowKeyPrefix: '0123456789',
    labels: {},
  };
  const chart = fileURLToPath(new URL('../../../stacks/src/tenant/golden/chart-free.json', import.meta.url));

  it('run on the twin: platform, cell and a tenant, which then is suspended and comes back', async () => {
    const platform = programs.platform.inputSchema.parse({ domain, gcpProject: 'leasehold-twin' });
    await up(() => programs.platform.run(platform));
    stack = await newStack('local');
    const place = {
      name: 'local',
      environment: 'development',
      domain,
      gcpProject: 'leasehold-twin',
      region: 'europe-west1',
    };
    const cell = programs.cell.inputSchema.parse({
      ...place,
      bigtable: {
        instance: 'local',
        tables: [{ table: 'counters', families: [{ id: 'c', gc: { maxVersions: 1 } }] }],
        keepBackupsDays: 35,
      },
      holdingPageImage: `twin.local/holding-page@sha256:${'0'.repeat(64)}`,
    });
    const { outputs } = await up(() => programs.cell.run(cell));
    const shared = await names();
    const { securityPolicies, ...ground } = cellOutputs.parse(outputs);
    stack = await newStack('ten_2');
    const input = (presence: 'live' | 'suspended' | 'withdrawn') =>
      programs.tenant.inputSchema.parse({
        tenant,
        cell: {
          ...place,
          ...ground,
          gcpProjectNumber: '1',
          managedZone: 'localhost',
          edgeAddresses: ['127.0.0.1'],
        },
        hostnames: ['acme.localhost', 'shop.acme.example'],
        workload: { objects, digest: 'sha256:0' },
        securityPolicy: securityPolicies[0],
        views: [{ table: 'counters', families: ['c'] }],
        quota: { cpu: '4', memory: '8Gi', pods: 20 },
        presence,
      });
    const objects: unknown = JSON.parse(await readFile(chart, 'utf8'));
    const first = await up(() => programs.tenant.run(input('live')));
    expect(first.outputs['certificates']).toMatchObject([
      { hostname: 'shop.acme.example', type: 'CNAME', name: '_acme-challenge.shop.acme.example.' },
    ]);
    const count = first.changes.create ?? 0;
    expect(count).toBeGreaterThan(18);
    const all = await names();
    expect((await up(() => programs.tenant.run(input('live')))).changes).toEqual({ same: count });
    for (const presence of ['suspended', 'withdrawn'] as const) {
      await up(() => programs.tenant.run(input(presence)));
      expect((await names()).length).toBeLessThan(all.length);
      await up(() => programs.tenant.run(input('live')));
      expect(await names()).toEqual(all);
    }
    await destroy();
    expect(await names()).toEqual(shared);
  });
});

describe('secrets', () => {
  it('stay sealed in the state, as inputs and as outputs, and reach the cloud in the clear', async () => {
    const data = { PASSWORD: pulumi.secret('hunter2'), PORT: '80' };
    await up(program({ data }));
    await refresh();
    const config = await stored(resourceTypes.configMap);
    expect(JSON.stringify(config)).not.toContain('hunter2');
    const sealed = { PASSWORD: { ciphertext: expect.any(String) as string }, PORT: '80' };
    expect(config).toMatchObject({ inputs: { data: sealed }, outputs: { data: sealed } });
    expect((await up(program({ data }))).changes).toEqual({ same: 11 });
    const key = { cell: 'local', type: resourceTypes.configMap, scope: 't-acme', name: 'app' };
    expect(await inventory.get(key)).toMatchObject({ spec: { data: { PASSWORD: 'hunter2' } } });
  });
});

describe('what is refused', () => {
  it.each<[string, () => void, string]>([
    [
      'a missing field',
      () =>
        new kubernetes.apps.v1.Deployment('app', {
          metadata: { name: 'app', namespace: 't-acme' },
          spec: {
            selector: { matchLabels: { a: 'b' } },
            template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'app' }] } },
          },
        }),
      'Deployment "app" in namespace "t-acme": spec.template.spec.containers[0].image is required',
    ],
    [
      'an unknown field',
      () =>
        new kubernetes.apiextensions.CustomResource('route', {
          apiVersion: 'gateway.networking.k8s.io/v1',
          kind: 'HTTPRoute',
          metadata: { name: 'app', namespace: 't-acme' },
          spec: { hostname: ['acme.localhost'] },
        }),
      'HTTPRoute "app" in namespace "t-acme": spec.hostname is an unknown field, did you mean "hostnames"?',
    ],
    [
      'an unknown type',
      () => new kubernetes.core.v1.Secret('secret', { metadata: { name: 'app', namespace: 't-acme' } }),
      'the twin has no resources of the type kubernetes:core/v1:Secret',
    ],
    [
      'a namespace that is not there',
      () => new kubernetes.core.v1.ConfigMap('config', { metadata: { name: 'app', namespace: 't-none' } }),
      'ConfigMap "app" in namespace "t-none" needs Namespace "t-none", which does not exist: create it first',
    ],
  ])('%s, with a sentence', async (_name, create, sentence) => {
    const created = up(() => {
      create();
      return Promise.resolve();
    });
    await expect(created).rejects.toThrow(sentence);
    expect(await names()).toEqual([]);
  });
});
