import { credentials, status, type ServiceError } from '@grpc/grpc-js';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { ResourceProviderClient } from '@pulumi/pulumi/proto/provider_grpc_pb.js';
import provider from '@pulumi/pulumi/proto/provider_pb.js';
import type { Pool, PoolClient } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Inventory } from '../inventory/inventory.js';
import type { JsonObject } from '../inventory/json.js';
import { resourceTypes } from '../inventory/resource-types.js';
import { createTwinPool } from '../inventory/twin-pool.js';
import { encodeProperties } from './property-codec.js';
import { startTwinProviders, type TwinProviders } from './start-twin-providers.js';
import { eventually } from '../testing/eventually.js';

let database: TestDatabase;
let pool: Pool;
let inventory: Inventory;
let providers: TwinProviders;
let client: ResourceProviderClient;
const failures: unknown[] = [];

beforeAll(async () => {
  database = await testDatabase();
  pool = createTwinPool(database.twinUrl);
  inventory = new Inventory(pool);
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

beforeEach(async () => {
  await pool.query('delete from twin.resources');
  failures.length = 0;
  const log = { error: (details: Record<string, unknown>) => failures.push(details['err']) };
  providers = await startTwinProviders({
    databaseUrl: database.twinUrl,
    pool,
    cell: 'local',
    runId: 'run-1',
    log,
  });
  client = connect('kubernetes');
});

afterEach(async () => {
  client.close();
  await providers.close();
});

function connect(name: 'kubernetes' | 'gcp'): ResourceProviderClient {
  const port = new RegExp(`${name}:(\\d+)`).exec(providers.debugProviders)?.[1] ?? '';
  return new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
}

const urn = (type: string, name = 'app'): string => `urn:pulumi:ten_1::leasehold-tenant::${type}::${name}`;

function create(type: string, inputs: JsonObject, over = client): Promise<provider.CreateResponse> {
  const request = new provider.CreateRequest()
    .setUrn(urn(type))
    .setProperties(encodeProperties({ value: inputs, secrets: new Set() }));
  return new Promise((resolve, reject) => {
    over.create(request, (error: ServiceError | null, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}

function remove(type: string, inputs: JsonObject): Promise<unknown> {
  const request = new provider.DeleteRequest()
    .setUrn(urn(type))
    .setId('id')
    .setOldInputs(encodeProperties({ value: inputs, secrets: new Set() }));
  return new Promise((resolve, reject) => {
    client.delete(request, (error: ServiceError | null, response) =>
      error ? reject(error) : resolve(response),
    );
  });
}

const namespace = (name: string, labels: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

const deployment = (scope: string): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: scope },
  spec: {
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'app', image: 'x' }] } },
  },
});

describe('a cloud that takes as long as Google’s', () => {
  it('has done what was asked before it answers; a run that ends does not wait for that', async () => {
    const slow = await startTwinProviders({
      ...{ databaseUrl: database.twinUrl, pool, cell: 'local', runId: 'run-2', latency: 'gcp' },
      log: { error: () => undefined },
    });
    const port = /gcp:(\d+)/.exec(slow.debugProviders)?.[1] ?? '';
    const gcp = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const project = 'leasehold-twin';
    await create(resourceTypes.managedZone, { name: 'zone', dnsName: 'acme.test.', project }, gcp);
    const record = { managedZone: 'zone', name: 'a.acme.test.', type: 'A', rrdatas: ['127.0.0.1'], project };
    let answered = false;
    const answer = create(resourceTypes.recordSet, { ...record, ttl: 60 }, gcp).finally(() => {
      answered = true;
    });
    const refused = expect(answer).rejects.toThrow();
    await eventually(async () =>
      expect(await inventory.list({ cell: 'local', types: [resourceTypes.recordSet] })).toHaveLength(1),
    );
    expect(answered).toBe(false);
    await slow.close();
    await refused;
    gcp.close();
  });
});

describe('a run that is over', () => {
  it('has no effect any more, whatever still calls', async () => {
    await create(resourceTypes.namespace, namespace('t-acme'));
    await providers.close();
    await expect(create(resourceTypes.namespace, namespace('t-late'))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
    await expect(remove(resourceTypes.namespace, namespace('t-acme'))).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
    expect((await inventory.list({ cell: 'local' })).map(({ name }) => name)).toEqual(['t-acme']);
  });

  it('is over only when what it had begun has ended', async () => {
    await create(resourceTypes.namespace, namespace('t-acme'));
    const blocker = await lockNamespace('t-acme');
    const late = create(resourceTypes.deployment, deployment('t-acme')).catch((error: unknown) => error);
    let closed = false;
    let closing: Promise<unknown> | undefined;
    try {
      await expect.poll(waiting).toBe(1);
      closing = providers.close().then(() => (closed = true));
      await late;
      expect(await waiting()).toBe(1);
      expect(closed).toBe(false);
    } finally {
      await blocker.query('rollback');
      blocker.release();
    }
    await closing;
    const before = await inventory.list({ cell: 'local' });
    expect(await waiting()).toBe(0);
    expect(await inventory.list({ cell: 'local' })).toEqual(before);
  });
});

/** Keeps a namespace's row locked, as its removal would, so that a creation in it waits. */
async function lockNamespace(name: string): Promise<PoolClient> {
  const blocker = await pool.connect();
  await blocker.query('begin');
  await blocker.query('select 1 from twin.resources where name = $1 for update', [name]);
  return blocker;
}

async function waiting(): Promise<number> {
  const { rowCount } = await pool.query(
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rowCount ?? 0;
}

describe('errors are what a person can use', () => {
  it('a Deployment whose pods its namespace would refuse', async () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
    await create(resourceTypes.namespace, namespace('t-acme', labels));
    const created = create(resourceTypes.deployment, deployment('t-acme'));
    await expect(created).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
    await expect(created).rejects.toThrow(
      'Deployment "app" in namespace "t-acme": spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation must be false (Pod Security restricted)',
    );
  });

  it('a record set beside a CNAME, and outside its zone', async () => {
    client.close();
    client = connect('gcp');
    await create(resourceTypes.managedZone, {
      name: 'tenants',
      dnsName: 'localhost.',
      project: 'twin-project',
    });
    const record = (name: string, type: string, data: string): JsonObject => ({
      ...{ name, type, managedZone: 'tenants', project: 'twin-project', ttl: 300, rrdatas: [data] },
    });
    await create(resourceTypes.recordSet, record('acme.localhost.', 'CNAME', 'edge.localhost.'));
    await expect(
      create(resourceTypes.recordSet, record('acme.localhost.', 'A', '127.0.0.1')),
    ).rejects.toMatchObject({
      code: status.ALREADY_EXISTS,
      details:
        'RecordSet "acme.localhost./A" in "twin-project/tenants" cannot stand beside "acme.localhost./CNAME": a CNAME excludes other record sets of its name',
    });
    await expect(create(resourceTypes.recordSet, record('acme.test.', 'A', '127.0.0.1'))).rejects.toThrow(
      'RecordSet "acme.test./A" in "twin-project/tenants": name must lie within the zone, that is end with "localhost."',
    );
    await expect(
      remove(resourceTypes.managedZone, { name: 'tenants', project: 'twin-project' }),
    ).rejects.toMatchObject({
      code: status.FAILED_PRECONDITION,
    });
  });

  it('the database that is gone is reported, not hidden', async () => {
    const broken = startTwinProviders({
      databaseUrl: database.twinUrl.replace(/\/test_[0-9a-f]+/, '/nowhere'),
      cell: 'local',
      runId: 'run-2',
      log: { error: (details) => failures.push(details['err']) },
    });
    await providers.close();
    providers = await broken;
    client.close();
    client = connect('kubernetes');
    await expect(create(resourceTypes.namespace, namespace('t-acme'))).rejects.toMatchObject({
      code: status.INTERNAL,
    });
    expect(failures).toHaveLength(1);
  });
});

describe('at the same moment', () => {
  it('twenty creations of one name make one resource, and all are answered with it', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => create(resourceTypes.namespace, namespace('t-acme'))),
    );
    const uids = new Set(
      answers.map((answer) => JSON.stringify(answer.getProperties()?.toJavaScript()['metadata'])),
    );
    expect(uids.size).toBe(1);
    expect(await inventory.list({ cell: 'local' })).toHaveLength(1);
  });

  it('what is gone already may be removed again', async () => {
    await create(resourceTypes.namespace, namespace('t-acme'));
    await remove(resourceTypes.namespace, namespace('t-acme'));
    await remove(resourceTypes.namespace, namespace('t-acme'));
    expect(await inventory.list({ cell: 'local' })).toEqual([]);
  });
});
