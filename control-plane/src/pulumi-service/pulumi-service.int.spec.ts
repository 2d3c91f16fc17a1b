import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { fastify, type FastifyInstance, type HTTPMethods } from 'fastify';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pulumiApi } from './pulumi-api.plugin.js';
import { PulumiService } from './pulumi-service.js';
import type { RunObserver } from './run-observers.js';
import type { RunGrant } from './runs.service.js';
import { LocalKeyEnvelope } from './secrets/local-key-envelope.js';
import { entries, thing } from './testing/journal-entries.js';

let db: TestDatabase;
let folder: string;
let database: DataSource;
let service: PulumiService;
let app: FastifyInstance;
const routes: { method: HTTPMethods; url: string }[] = [];

beforeAll(async () => {
  db = await testDatabase();
  database = await new DataSource({
    type: 'postgres',
    extra: { connectionString: db.platformUrl },
  }).initialize();
  folder = await mkdtemp(join(tmpdir(), 'lh-pulumi-service-'));
  service = new PulumiService(database, await LocalKeyEnvelope.open(join(folder, 'state.key')));
  app = fastify();
  app.addHook('onRoute', ({ method, url }) => {
    routes.push(...[method].flat().map((one) => ({ method: one, url })));
  });
  const access = {
    authenticate: (key: string) =>
      Promise.resolve(key === 'lh_admin' ? { name: 'key_admin', mayWrite: true } : undefined),
  };
  await app.register(pulumiApi(service, access), { prefix: '/api' });
});

afterAll(async () => {
  await app.close();
  await database.destroy();
  await db.drop();
  await rm(folder, { recursive: true });
});

interface Asked {
  readonly method?: HTTPMethods;
  readonly authorization?: string;
  readonly body?: unknown;
  readonly gzip?: boolean;
}

async function ask(url: string, { method = 'POST', authorization, body, gzip = false }: Asked) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const answer = await app.inject({
    method: method as 'POST',
    url,
    headers: {
      'content-type': 'application/json',
      ...(authorization ? { authorization } : {}),
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    },
    payload: gzip ? gzipSync(text) : text,
  });
  const json: unknown = answer.body ? answer.json() : undefined;
  return { status: answer.statusCode, json };
}

const unseen: RunObserver = {
  connected: () => undefined,
  updateStarted: () => undefined,
  engineEvents: () => undefined,
  updateEnded: () => undefined,
  refused: () => undefined,
};

let stacks = 0;

interface StartedRun {
  readonly grant: RunGrant;
  readonly stack: string;
  readonly update: string;
  readonly lease: string;
}

/** A run that has started its update, as the CLI does it. */
async function startRun(name = `stack-${++stacks}`, epoch = 1): Promise<StartedRun> {
  const ref = { organization: 'leasehold', project: 'leasehold-tenant', name };
  const grant = await service.runs.grant(ref, { subject: name, epoch, operationId: 'op_1' }, unseen);
  const stack = `/api/stacks/leasehold/leasehold-tenant/${name}`;
  const authorization = `token ${grant.token}`;
  const created = await ask(`${stack}/update`, { authorization, body: { metadata: { message: 'x' } } });
  const update = `${stack}/update/${field(created.json, 'updateID')}`;
  const started = await ask(update, { authorization, body: { journalVersion: 1 } });
  expect(started).toMatchObject({ status: 200, json: { journalVersion: 1 } });
  return { grant, stack, update, lease: `update-token ${field(started.json, 'token')}` };
}

function field(json: unknown, name: string): string {
  return String((json as Record<string, unknown>)[name]);
}

async function handOut(subject: string, epoch: number): Promise<void> {
  await database.query(
    `insert into leasehold.leases (subject, epoch, holder, expires_at) values ($1, $2, 'worker', now() + interval '1 hour')
     on conflict (subject) do update set epoch = excluded.epoch`,
    [subject, epoch],
  );
}

const journal = entries(
  { kind: 'begin', operationID: 1, operation: { type: 'creating', resource: thing('a') } },
  { kind: 'success', operationID: 1, state: thing('a') },
);

/** Every write that a running update can ask for. */
const writes = (run: StartedRun): [string, Asked][] => [
  [`${run.update}/journalentries`, { method: 'PATCH', body: { entries: journal } }],
  [`${run.update}/checkpoint`, { method: 'PATCH', body: { version: 3, deployment: { manifest: {} } } }],
  [
    `${run.update}/checkpointverbatim`,
    {
      method: 'PATCH',
      body: {
        version: 3,
        sequenceNumber: 1,
        untypedDeployment: { version: 3, deployment: { manifest: {} } },
      },
    },
  ],
  [
    `${run.update}/checkpointdelta`,
    { method: 'PATCH', body: { version: 3, sequenceNumber: 2, checkpointHash: '', deploymentDelta: [] } },
  ],
  [`${run.update}/events/batch`, { body: { events: [] } }],
  [`${run.update}/renew_lease`, { body: { duration: 300 } }],
  [`${run.update}/complete`, { body: { status: 'succeeded' } }],
];

test('no route answers without a token, but the one that says what the service can do', async () => {
  const open = [];
  for (const { method, url } of routes) {
    const path = url.replace(/:(\w+)/g, 'x');
    const { status } = await ask(path, { method });
    if (status !== 401) open.push(`${method} ${url} ${status}`);
  }
  expect(routes.length).toBeGreaterThan(30);
  expect(open.sort()).toEqual(['GET /api/capabilities 200', 'HEAD /api/capabilities 200']);
});

test('a run sees its own stack and no other', async () => {
  const [one, other] = [await startRun(), await startRun()];
  const authorization = `token ${one.grant.token}`;
  expect(await ask(one.stack, { method: 'GET', authorization })).toMatchObject({ status: 200 });
  for (const path of ['', '/export', '/updates']) {
    expect(await ask(`${other.stack}${path}`, { method: 'GET', authorization })).toMatchObject({
      status: 404,
    });
  }
  expect(await ask(`${other.stack}/decrypt`, { authorization, body: { ciphertext: 'AAAA' } })).toMatchObject({
    status: 404,
  });
  expect(await ask('/api/user/stacks', { method: 'GET', authorization })).toMatchObject({ status: 403 });
});

test('journal entries may come twice and in compressed pieces, and become the state when the update ends', async () => {
  const run = await startRun();
  const write = (given: unknown[]) =>
    ask(`${run.update}/journalentries`, {
      method: 'PATCH',
      authorization: run.lease,
      body: { entries: given },
      gzip: true,
    });
  expect((await write(journal.slice(0, 1))).status).toBe(204);
  expect((await write(journal)).status).toBe(204);
  expect((await write(journal)).status).toBe(204);
  const complete = () =>
    ask(`${run.update}/complete`, { authorization: run.lease, body: { status: 'succeeded' } });
  expect((await complete()).status).toBe(204);
  expect((await complete()).status).toBe(204);
  const exported = await ask(`${run.stack}/export`, { method: 'GET', authorization: 'token lh_admin' });
  expect(exported.json).toMatchObject({ version: 3, deployment: { resources: [{ id: 'a' }] } });
  expect(
    await database.query('select count(*)::int as left from pulumi.journal_entries where update_id = $1', [
      run.update.split('/').at(-1),
    ]),
  ).toEqual([{ left: 0 }]);
});

test('another entry under a number that is taken is refused', async () => {
  const run = await startRun();
  const write = (given: unknown[]) =>
    ask(`${run.update}/journalentries`, {
      method: 'PATCH',
      authorization: run.lease,
      body: { entries: given },
    });
  await write(journal);
  const [first] = journal;
  expect((await write([{ ...first, operationID: 7 }])).status).toBe(409);
});

test('once a newer epoch is handed out, every write of the old run is refused with 409', async () => {
  const run = await startRun('fenced');
  await handOut('fenced', 2);
  for (const [url, asked] of writes(run)) {
    expect(await ask(url, { ...asked, authorization: run.lease }), url).toMatchObject({ status: 409 });
  }
  expect(
    await ask(`${run.stack}/update`, { authorization: `token ${run.grant.token}`, body: {} }),
  ).toMatchObject({ status: 200 });
  await expect(startRun('fenced')).rejects.toMatchObject({ code: 409 });
});

test('an update that was created before the newer epoch was handed out cannot start after it', async () => {
  const ref = { organization: 'leasehold', project: 'leasehold-tenant', name: 'late' };
  const grant = await service.runs.grant(ref, { subject: 'late', epoch: 1, operationId: 'op_1' }, unseen);
  const authorization = `token ${grant.token}`;
  const stack = '/api/stacks/leasehold/leasehold-tenant/late';
  const created = await ask(`${stack}/update`, { authorization, body: {} });
  await handOut('late', 2);
  const update = `${stack}/update/${field(created.json, 'updateID')}`;
  expect(await ask(update, { authorization, body: {} })).toMatchObject({ status: 409 });
});

test('the newer run folds the journal of the one that it takes over, whose lease is void from then on', async () => {
  const old = await startRun('taken');
  await ask(`${old.update}/journalentries`, {
    method: 'PATCH',
    authorization: old.lease,
    body: { entries: journal },
  });
  await handOut('taken', 2);
  const next = await startRun('taken', 2);
  const state = { deployment: { resources: [{ id: 'a' }] } };
  const authorization = `token ${next.grant.token}`;
  expect((await ask(`${next.stack}/export`, { method: 'GET', authorization })).json).toMatchObject(state);
  for (const [url, asked] of writes(old)) {
    expect(await ask(url, { ...asked, authorization: old.lease }), url).toMatchObject({ status: 409 });
  }
  expect((await ask(`${next.stack}/export`, { method: 'GET', authorization })).json).toMatchObject(state);
  const done = await ask(`${next.update}/complete`, {
    authorization: next.lease,
    body: { status: 'succeeded' },
  });
  expect(done.status).toBe(204);
});

test('two updates of one stack never run at once: neither the same lease nor a key starts a second one', async () => {
  const run = await startRun('busy');
  await expect(startRun('busy')).rejects.toThrow(/409/);
  const authorization = 'token lh_admin';
  const created = await ask(`${run.stack}/update`, { authorization, body: {} });
  const second = `${run.stack}/update/${field(created.json, 'updateID')}`;
  expect(await ask(second, { authorization, body: {} })).toMatchObject({ status: 409 });
  expect(await ask(run.stack, { method: 'DELETE', authorization })).toMatchObject({ status: 409 });
});

test('a lease that was not renewed in time is over, by the database’s clock, and gives way', async () => {
  const run = await startRun('expired');
  await database.query(
    `update pulumi.updates set lease_expires_at = now() - interval '1 second' where id = $1`,
    [run.update.split('/').at(-1)],
  );
  for (const [url, asked] of writes(run)) {
    expect(await ask(url, { ...asked, authorization: run.lease }), url).toMatchObject({ status: 409 });
  }
  await startRun('expired');
});

test('a cancelled update writes nothing any more, and leaves what it had acknowledged', async () => {
  const run = await startRun();
  await ask(`${run.update}/journalentries`, {
    method: 'PATCH',
    authorization: run.lease,
    body: { entries: journal },
  });
  expect((await ask(`${run.update}/cancel`, { authorization: 'token lh_admin' })).status).toBe(204);
  const renewed = await ask(`${run.update}/renew_lease`, { authorization: run.lease, body: {} });
  expect(renewed).toMatchObject({ status: 409, json: { code: 409 } });
  const exported = await ask(`${run.stack}/export`, { method: 'GET', authorization: 'token lh_admin' });
  expect(exported.json).toMatchObject({ deployment: { resources: [{ id: 'a' }] } });
});

test('another update’s token opens nothing', async () => {
  const [one, other] = [await startRun(), await startRun()];
  for (const [url, asked] of writes(one)) {
    expect(await ask(url, { ...asked, authorization: other.lease }), url).toMatchObject({ status: 403 });
  }
});

test('a preview holds nothing up and changes no state', async () => {
  const run = await startRun();
  const authorization = 'token lh_admin';
  const created = await ask(`${run.stack}/preview`, { authorization, body: { options: { dryRun: true } } });
  const preview = `${run.stack}/update/${field(created.json, 'updateID')}`;
  const started = await ask(preview, { authorization, body: { journalVersion: 1 } });
  expect(started.status).toBe(200);
  expect(started.json).not.toHaveProperty('journalVersion');
  const lease = `update-token ${field(started.json, 'token')}`;
  const [[, entriesWrite], [, checkpoint]] = writes(run) as [[string, Asked], [string, Asked]];
  expect((await ask(`${preview}/journalentries`, { ...entriesWrite, authorization: lease })).status).toBe(
    409,
  );
  expect((await ask(`${preview}/checkpoint`, { ...checkpoint, authorization: lease })).status).toBe(409);
  expect(
    (await ask(`${preview}/complete`, { authorization: lease, body: { status: 'succeeded' } })).status,
  ).toBe(204);
});

test('the state names the service under the address that the reader used', async () => {
  const authorization = 'token lh_admin';
  const stack = '/api/stacks/leasehold/moved/dev';
  const secrets = {
    type: 'service',
    state: { url: 'http://127.0.0.1:1', owner: 'leasehold', project: 'moved', stack: 'dev' },
  };
  await ask('/api/stacks/leasehold/moved', {
    authorization,
    body: {
      stackName: 'dev',
      state: { version: 3, deployment: { manifest: {}, secrets_providers: secrets } },
    },
  });
  const answer = await app.inject({
    url: `${stack}/export`,
    headers: { authorization, host: 'stacks.example.test:8080' },
  });
  expect(answer.json()).toMatchObject({
    deployment: {
      secrets_providers: { state: { url: 'http://stacks.example.test:8080', owner: 'leasehold' } },
    },
  });
});

test.each([
  { what: 'no JSON', body: 'x{', encoding: undefined, status: 400 },
  { what: 'no gzip', body: '{}', encoding: 'gzip', status: 400 },
  { what: 'an unknown encoding', body: '{}', encoding: 'br', status: 415 },
  { what: 'a bomb', body: gzipSync(Buffer.alloc(65 * 1024 * 1024)), encoding: 'gzip', status: 413 },
])(
  'a body that is $what is answered with $status in Pulumi’s own form',
  async ({ body, encoding, status }) => {
    const run = await startRun();
    const answer = await app.inject({
      method: 'PATCH',
      url: `${run.update}/journalentries`,
      headers: {
        authorization: run.lease,
        'content-type': 'application/json',
        ...(encoding ? { 'content-encoding': encoding } : {}),
      },
      payload: body,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code: status });
  },
);

test('a stack that still holds something is removed only by force', async () => {
  const run = await startRun();
  const authorization = 'token lh_admin';
  await ask(`${run.update}/journalentries`, {
    method: 'PATCH',
    authorization: run.lease,
    body: { entries: journal },
  });
  await ask(`${run.update}/complete`, { authorization: run.lease, body: { status: 'succeeded' } });
  expect(await ask(run.stack, { method: 'DELETE', authorization })).toMatchObject({
    status: 400,
    json: { message: 'Bad Request: Stack still contains resources.' },
  });
  expect((await ask(`${run.stack}?force=true`, { method: 'DELETE', authorization })).status).toBe(204);
  expect((await ask(run.stack, { method: 'GET', authorization })).status).toBe(404);
});
