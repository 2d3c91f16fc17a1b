import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { itemsOf, type TestCaller } from '../testing/test-caller.js';

let database: TestDatabase;
let api: ApiUnderTest;
let viewer: TestCaller;
let log: string;

beforeAll(async () => {
  database = await testDatabase();
  // Nothing listens there: what is asked here is answered by the database and the data folder.
  api = await startApi(database, undefined, {
    LEASEHOLD_OBJECT_STORE_PORT: '1',
    LEASEHOLD_GATEWAY_ADMIN_PORT: '1',
  });
  await seedCatalog(api.admin, database.ownerUrl);
  const { body } = await api.admin.post('/v1/api-keys', { name: 'v', role: 'viewer' });
  viewer = api.as(String(body['key']));
  const folder = join(api.dataDir, 'twin', 'pods', 'app-1');
  log = join(folder, 'log');
  await mkdir(folder, { recursive: true });
  await writeFile(log, Array.from({ length: 300 }, (_, line) => `line ${line}\n`).join(''));
  await writeFile(join(api.dataDir, 'twin', 'pods', 'secret'), 'not for anybody');
  await execute(
    database.ownerUrl,
    `insert into twin.pods (name, cell, namespace, deployment, phase, image, spec_hash)
     values ('app-1', 'local', 't-acme', 'app', 'Running', 'x', 'h')`,
    [],
  );
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

describe('the log of a pod', () => {
  const read = (path: string, signal?: AbortSignal): Promise<Response> =>
    api.admin.fetch('GET', path, signal ? { signal } : {});

  test('is text, the last lines of it', async () => {
    const answer = await read('/v1/twin/pods/app-1/log?tail=2');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await answer.text()).toBe('line 298\nline 299\n');
    expect((await (await read('/v1/twin/pods/app-1/log')).text()).split('\n')).toHaveLength(101);
  });

  test('can be followed, and ends when the reader leaves', async () => {
    const leaving = new AbortController();
    const answer = await read('/v1/twin/pods/app-1/log?tail=1&follow=true', leaving.signal);
    const seen = (answer.body ?? new ReadableStream<Uint8Array>())
      .pipeThrough(new TextDecoderStream())
      .getReader();
    expect((await seen.read()).value).toBe('line 299\n');
    await appendFile(log, 'printed later\n');
    expect((await seen.read()).value).toBe('printed later\n');
    leaving.abort();
    await expect(seen.read()).rejects.toThrow();
  });

  test('of a pod that is not there, and of anything that is no pod, is 404', async () => {
    for (const name of ['app-2', '..', '..%2Fsecret', 'app-1%2F..%2F..%2F..%2Fadmin.key'])
      expect((await read(`/v1/twin/pods/${name}/log`)).status).toBe(404);
    expect((await api.admin.get('/v1/twin/pods/app-1/log?tail=-1')).status).toBe(400);
    expect((await api.admin.get('/v1/twin/pods/app-1/log?cell=nowhere')).status).toBe(404);
  });
});

describe('a change behind the platform’s back', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'app', namespace: 't-acme' },
    spec: { selector: { app: 'app' }, ports: [{ name: 'http', port: 80 }] },
  };
  const key = { type: 'kubernetes:core/v1:Service', scope: 't-acme', name: 'app' };
  const change = (path: string, value?: unknown, more: object = {}) =>
    api.admin.send('PATCH', '/v1/twin/inventory', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...key, path, ...(value === undefined ? {} : { value }), ...more }),
    });

  test('is written as the cloud would take it, and refused otherwise', async () => {
    await execute(
      database.ownerUrl,
      `insert into twin.resources (cell, provider, type, scope, name, external_id, owner, spec)
       values ('local', 'kubernetes', $1, 't-acme', 'app', 't-acme/app', 'test/test', $2)`,
      [key.type, JSON.stringify(service)],
    );
    // It stands in a namespace that is not there.
    expect((await change('spec.ports[0].port', 81)).status).toBe(422);
    await execute(
      database.ownerUrl,
      `insert into twin.resources (cell, provider, type, scope, name, external_id, owner, spec)
       values ('local', 'kubernetes', 'kubernetes:core/v1:Namespace', '', 't-acme', 't-acme', 'test/test', '{}')`,
      [],
    );
    expect(await change('spec.ports[0].port', 81)).toMatchObject({
      status: 200,
      body: { generation: 2, spec: { spec: { ports: [{ port: 81 }] } } },
    });
    const refused = await change('spec.ports[0].port', 'eighty');
    expect(refused).toMatchObject({ status: 422, body: { code: 'change_refused' } });
    expect((await change('spec.ports[5].port', 1)).status).toBe(422);
    expect((await change('metadata.name', 'other')).status).toBe(422);
    expect((await change('spec.selector', undefined, { name: 'nobody' })).status).toBe(404);
    expect((await viewer.send('PATCH', '/v1/twin/inventory', {})).status).toBe(403);
  });

  test('the edge can be told to forget a hostname, by an operator', async () => {
    const told = { host: 'acme.localhost', path: '/a/*' };
    expect((await api.admin.post('/v1/twin/cache:invalidate', told)).status).toBe(204);
    expect((await api.admin.post('/v1/twin/cache:invalidate', { ...told, path: 'a' })).status).toBe(400);
    expect((await api.admin.post('/v1/twin/cache:invalidate', { ...told, cell: 'nowhere' })).status).toBe(
      404,
    );
    expect((await viewer.post('/v1/twin/cache:invalidate', told)).status).toBe(403);
  });
});

describe('a secret', () => {
  const value = `canary-${randomUUID()}`;
  const put = (name: string, body: object, caller = api.admin) =>
    caller.send('PUT', `/v1/twin/secrets/${name}`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  test('is a file that its owner alone reads; who put it is known, and its value is in no answer and no table', async () => {
    expect(await put('t-acme-ai', { value })).toMatchObject({ status: 204 });
    const file = join(api.dataDir, 'twin', 'secrets', 't-acme-ai');
    expect(await readFile(file, 'utf8')).toBe(value);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const trail = await api.admin.get('/v1/audit-events?filter=action%20%3D%20twin.secret.put');
    expect(itemsOf(trail)).toMatchObject([{ subject: 't-acme-ai' }]);
    expect(JSON.stringify(trail.body)).not.toContain(value);
    const held = await execute(
      database.ownerUrl,
      `select 1 from leasehold.audit_events e where e::text like '%' || $1 || '%'`,
      [value],
    );
    expect(held).toEqual([]);
    expect((await put('t-acme-ai', { value: 'newer' })).status).toBe(204);
    expect(await readFile(file, 'utf8')).toBe('newer');
  });

  test.each(['..', '..%2F..%2Fadmin.key', 'a.b', 'a'.repeat(256)])(
    'is not put under the name %s',
    async (name) => {
      const { status, body } = await put(name, { value });
      expect([400, 404]).toContain(status);
      expect(JSON.stringify(body)).not.toContain(value);
    },
  );

  test('is put by operators alone, with a value, into a cell that is there', async () => {
    expect((await put('t-acme-ai', { value }, viewer)).status).toBe(403);
    expect((await put('t-acme-ai', { value: '' })).status).toBe(400);
    const wrong = await put('t-acme-ai', { value: [value] });
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body)).not.toContain(value);
    expect((await put('t-acme-ai', { value, cell: 'nowhere' })).status).toBe(404);
  });
});

describe('a fault', () => {
  const rule = { operation: 'create', fault: '429', type: 'kubernetes:apps/v1:Deployment', times: 2 };

  test('is added, listed and removed by an operator; a viewer may look', async () => {
    const added = await api.admin.post('/v1/twin/faults', rule);
    expect(added).toMatchObject({
      status: 201,
      body: { ...rule, cell: 'local', taken: 0, probability: 1, delayMs: 0, scope: null, until: null },
    });
    expect((await viewer.post('/v1/twin/faults', rule)).status).toBe(403);
    expect(itemsOf(await viewer.get('/v1/twin/faults'))).toMatchObject([{ id: added.body['id'] }]);
    const path = `/v1/twin/faults/${String(added.body['id'])}`;
    expect((await viewer.delete(path)).status).toBe(403);
    expect((await api.admin.delete(path)).status).toBe(204);
    expect((await api.admin.delete(path)).status).toBe(404);
  });

  test('of an unknown type, without a delay that it needs, or by chance of nothing is refused', async () => {
    const refused = async (more: object) =>
      (await api.admin.post('/v1/twin/faults', { ...rule, ...more })).status;
    expect(await refused({ type: 'kubernetes:apps/v1:Deploymint' })).toBe(422);
    expect(await refused({ fault: 'slow' })).toBe(400);
    expect(await refused({ probability: 0 })).toBe(400);
    expect(await refused({ cell: 'nowhere' })).toBe(404);
    expect((await api.admin.delete('/v1/twin/faults/x')).status).toBe(404);
  });
});
