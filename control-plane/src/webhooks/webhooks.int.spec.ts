import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { EventFeed } from '../events/event-feed.js';
import { Outbox } from '../events/outbox.js';
import { systemContext } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { itemsOf, type TestCaller } from '../testing/test-caller.js';
import { until } from '../testing/until.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryLedger } from './delivery-ledger.js';
import { DeliveryWorker } from './delivery-worker.js';
import { startEndpoint, type Endpoint } from './testing/endpoint.js';

const log = pino({ level: 'silent' });
let database: TestDatabase;
let api: ApiUnderTest;
let acme: string;
let workers: DeliveryWorker[] = [];
let endpoints: Endpoint[] = [];

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  const tenant = { slug: 'acme', displayName: 'Acme', template: 'counter' };
  acme = String((await api.admin.post('/v1/tenants', tenant)).body['tenantId']);
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.onModuleDestroy()));
  await Promise.all(endpoints.map((endpoint) => endpoint.stop()));
  [workers, endpoints] = [[], []];
  await execute(database.ownerUrl, 'delete from leasehold.webhooks');
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

function startWorker(): DeliveryWorker {
  const { nest } = api.app;
  const settings = { ...nest.get<ControlPlaneSettings>(SETTINGS), LEASEHOLD_ROLE: 'worker' as const };
  const attempt = nest.get(DeliveryAttempt, { strict: false });
  const worker = new DeliveryWorker(nest.get(UnitOfWork), nest.get(EventFeed), attempt, settings, log);
  worker.onApplicationBootstrap();
  workers.push(worker);
  return worker;
}

async function endpoint(): Promise<Endpoint> {
  const made = await startEndpoint();
  endpoints.push(made);
  return made;
}

async function subscribe(
  to: Endpoint,
  more: object = {},
  caller: TestCaller = api.admin,
): Promise<{ id: string; secret: string }> {
  const answer = await caller.post('/v1/webhooks', { url: to.url, types: ['thing.*'], ...more });
  expect(answer.status).toBe(201);
  return { id: String(answer.body['id']), secret: String(answer.body['secret']) };
}

async function emit(type: string, tenantId: string | null = null, data: object = {}): Promise<void> {
  const event = { type, tenantId, data: { ...data } };
  await api.app.nest.get(UnitOfWork).run(systemContext('test', log), (tx) => new Outbox().add(tx, event));
}

function deliveries(webhookId: string): Promise<Record<string, unknown>[]> {
  return api.admin.get(`/v1/webhooks/${webhookId}/deliveries`).then((answer) => itemsOf(answer));
}

async function delivery(webhookId: string, wanted: (found: Record<string, unknown>) => boolean) {
  return until(async () => (await deliveries(webhookId)).find(wanted), 'the delivery');
}

function received(by: Endpoint, count: number): Promise<unknown> {
  return until(() => Promise.resolve(by.received.length >= count), `${count} messages`);
}

/** Brings the next attempts forward instead of waiting for them. */
async function hurry(): Promise<void> {
  await execute(
    database.ownerUrl,
    `update leasehold.webhook_deliveries set next_attempt_at = now(), leased_until = null where state = 'pending'`,
  );
}

describe('lists', () => {
  test('of webhooks are filtered, ordered and walked by cursors, and show no more than their fields', async () => {
    const to = await endpoint();
    for (const description of ['one', 'two', 'three']) await subscribe(to, { description });
    const query = `orderBy=description&filter=${encodeURIComponent('description = one OR description = two')}`;
    const first = await api.admin.get(`/v1/webhooks?limit=1&${query}`);
    const next = `/v1/webhooks?limit=1&${query}&cursor=${String(first.body['nextCursor'])}`;
    const second = await api.admin.get(next);
    expect([...itemsOf(first), ...itemsOf(second)].map(({ description }) => description)).toEqual([
      'one',
      'two',
    ]);
    expect(second.body['nextCursor']).toBeNull();
    const other = await api.admin.get(next.replace('orderBy=description', 'orderBy=createdAt'));
    expect(other).toMatchObject({ status: 400, body: { code: 'cursor_mismatch' } });
    expect(Object.keys(itemsOf(first)[0] ?? {})).not.toEqual(expect.arrayContaining(['list_place']));
  });

  test('of deliveries are filtered by how they went', async () => {
    const { id } = await subscribe(await endpoint());
    await api.admin.post(`/v1/webhooks/${id}/test`);
    const found = async (filter: string): Promise<number> =>
      itemsOf(await api.admin.get(`/v1/webhooks/${id}/deliveries?filter=${encodeURIComponent(filter)}`))
        .length;
    expect(await found('cause = test AND attempts < 5')).toBe(1);
    expect(await found('cause = replay')).toBe(0);
  });
});

describe('a message', () => {
  test('is signed as Standard Webhooks says, and tells of the event', async () => {
    const to = await endpoint();
    const { id, secret } = await subscribe(to);
    startWorker();
    await emit('thing.happened', acme, { size: 3 });
    await received(to, 1);
    const [message] = to.received;
    expect(secret).toMatch(/^whsec_/);
    expect(new Webhook(secret).verify(message?.text ?? '', message?.headers ?? {})).toMatchObject({
      type: 'thing.happened',
      tenantId: acme,
      data: { size: 3 },
    });
    await delivery(id, ({ state, lastStatus }) => state === 'succeeded' && lastStatus === 200);
  });

  test('comes for the types that were asked for, and for what happened after the webhook was made', async () => {
    const to = await endpoint();
    await emit('thing.before');
    await subscribe(to, { types: ['thing.*', 'other.exactly'] });
    startWorker();
    await emit('things.not');
    await emit('other.exactly_not');
    await emit('other.exactly');
    await emit('thing.last');
    await received(to, 2);
    expect(to.received.map(({ body }) => body.type).sort()).toEqual(['other.exactly', 'thing.last']);
  });

  test('carries two signatures after a rotation, and verifies with the old and the new secret', async () => {
    const to = await endpoint();
    const { id, secret: old } = await subscribe(to);
    const { body } = await api.admin.post(`/v1/webhooks/${id}/rotate-secret`);
    startWorker();
    await emit('thing.signed');
    await received(to, 1);
    const { text = '', headers = {} } = to.received[0] ?? {};
    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const secret of [old, String(body['secret'])]) new Webhook(secret).verify(text, headers);
    const wrong = `whsec_${Buffer.alloc(32).toString('base64')}`;
    expect(() => new Webhook(wrong).verify(text, headers)).toThrow();
  });

  test('belongs to the trace in which its operation was asked for', async () => {
    const to = await endpoint();
    await subscribe(to, { types: ['operation.state'] });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const [operation] = itemsOf(await api.admin.get(`/v1/operations?tenantId=${acme}`));
    const id = String(operation?.['id']);
    await execute(database.ownerUrl, 'update leasehold.operations set traceparent = $2 where id = $1', [
      id,
      traceparent,
    ]);
    startWorker();
    await api.app.nest.get(UnitOfWork).run(systemContext('test', log), (tx) =>
      new Outbox().add(tx, {
        type: 'operation.state',
        tenantId: acme,
        operationId: id,
        data: { state: 'queued' },
      }),
    );
    await received(to, 1);
    expect(to.received[0]?.headers['traceparent']).toBe(traceparent);
  });

  test('is sent again on request under its own id, and a test at any time', async () => {
    const to = await endpoint();
    const { id } = await subscribe(to);
    startWorker();
    await emit('thing.once');
    const first = await delivery(id, ({ state }) => state === 'succeeded');
    const again = await api.admin.post(`/v1/webhooks/${id}/deliveries/${String(first['id'])}/replay`);
    expect(again).toMatchObject({ status: 202, body: { cause: 'replay', messageId: first['messageId'] } });
    expect((await api.admin.post(`/v1/webhooks/${id}/test`)).status).toBe(202);
    await received(to, 3);
    const [one, ...more] = to.received;
    expect(more.map(({ body }) => body.type).sort()).toEqual(['thing.once', 'webhook.test']);
    const replayed = more.find(({ body }) => body.type === 'thing.once');
    expect(replayed?.headers['webhook-id']).toBe(one?.headers['webhook-id']);
    expect((await api.admin.post(`/v1/webhooks/${id}/deliveries/whd_none/replay`)).status).toBe(404);
  });
});

describe('an endpoint with trouble', () => {
  test('that answers 500 and cuts connections gets the message in the end, once it is well', async () => {
    const to = await endpoint();
    to.answer(500);
    const { id } = await subscribe(to);
    startWorker();
    await emit('thing.retried');
    await delivery(
      id,
      ({ attempts, lastStatus, state }) => attempts === 1 && lastStatus === 500 && state === 'pending',
    );
    to.answer('cut');
    await hurry();
    await delivery(id, ({ attempts, lastError }) => attempts === 2 && lastError !== null);
    to.answer(200);
    await hurry();
    await delivery(id, ({ attempts, state }) => attempts === 3 && state === 'succeeded');
    expect(new Set(to.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect((await api.admin.get(`/v1/webhooks/${id}`)).body).toMatchObject({ failingSince: null });
  });

  test('that answers 410 is disabled, what waits for it is dropped, and an event tells of it', async () => {
    const [gone, witness] = [await endpoint(), await endpoint()];
    gone.answer(410);
    const { id } = await subscribe(gone);
    await subscribe(witness, { types: ['webhook.disabled'] });
    startWorker();
    await emit('thing.unwanted');
    await received(witness, 1);
    expect(witness.received[0]?.body.data).toMatchObject({ webhookId: id });
    const { body } = await api.admin.get(`/v1/webhooks/${id}`);
    expect(body).toMatchObject({ enabled: false, disabledReason: 'The endpoint answered 410 Gone.' });
    expect((await api.admin.post(`/v1/webhooks/${id}/test`)).status).toBe(409);
    const enabled = await api.admin.send('PATCH', `/v1/webhooks/${id}`, {
      headers: { 'content-type': 'application/json' },
      body: '{"enabled": true}',
    });
    expect(enabled).toMatchObject({ status: 200, body: { enabled: true, disabledReason: null } });
  });

  test('from which nothing but failures came for days is disabled', async () => {
    const to = await endpoint();
    to.answer(503);
    const { id } = await subscribe(to);
    await execute(
      database.ownerUrl,
      `update leasehold.webhooks set failing_since = now() - interval '6 days'`,
    );
    startWorker();
    await emit('thing.lost');
    await until(async () => (await api.admin.get(`/v1/webhooks/${id}`)).body['enabled'] === false, 'the end');
    expect((await api.admin.get(`/v1/webhooks/${id}`)).body['disabledReason']).toMatch(/for 5 days.*503/);
  });

  test('that never answers holds up nobody else', async () => {
    const [slow, quick] = [await endpoint(), await endpoint()];
    slow.answer('silence');
    await subscribe(slow);
    await subscribe(quick);
    startWorker();
    for (let i = 0; i < 30; i++) await emit(`thing.many`, null, { i });
    await received(quick, 30);
    expect(slow.received.length).toBeLessThanOrEqual(4);
  });
});

describe('workers', () => {
  test('several at once send each event once', async () => {
    const to = await endpoint();
    const { id } = await subscribe(to);
    for (let i = 0; i < 3; i++) startWorker();
    for (let i = 0; i < 40; i++) await emit('thing.shared', null, { i });
    await until(
      async () =>
        (await deliveries(id)).length === 40 &&
        (await deliveries(id)).every(({ state }) => state === 'succeeded'),
      '40 deliveries',
    );
    expect(new Set(to.received.map(({ headers }) => headers['webhook-id'])).size).toBe(40);
    expect(to.received).toHaveLength(40);
  });

  test('one that was killed during an attempt leaves it to the next, and can write nothing about it any more', async () => {
    const to = await endpoint();
    const { id } = await subscribe(to);
    const ledger = new DeliveryLedger();
    const uow = api.app.nest.get(UnitOfWork);
    const ctx = systemContext('test', log);
    await emit('thing.survives');
    const claimed = await until(async () => {
      await uow.run(ctx, (tx) => ledger.make(tx, 500, 'http://localhost'));
      return (await uow.run(ctx, (tx) => ledger.claim(tx, 1, { leaseMs: 60_000, mostPerEndpoint: 4 })))[0];
    }, 'the delivery');
    startWorker();
    await emit('thing.later');
    await received(to, 1);
    expect(to.received[0]?.body.type).toBe('thing.later');
    await execute(database.ownerUrl, `update leasehold.webhook_deliveries set leased_until = now()`);
    await received(to, 2);
    await delivery(id, ({ type, state }) => type === 'thing.survives' && state === 'succeeded');
    expect(await uow.run(ctx, (tx) => ledger.conclude(tx, claimed, { state: 'failed' }))).toBe(false);
  });
});

test("a client's webhooks end with the client", async () => {
  const body = { slug: 'leaving', displayName: 'L', template: 'counter' };
  const { tenantId } = (await api.admin.post('/v1/tenants', body)).body;
  const to = await endpoint();
  const gone = await subscribe(to, { tenantId });
  const stays = await subscribe(to);
  await execute(database.ownerUrl, `update leasehold.tenants set state = 'deleted' where id = $1`, [
    tenantId,
  ]);
  expect((await api.admin.get(`/v1/webhooks/${gone.id}`)).status).toBe(404);
  expect((await api.admin.get(`/v1/webhooks/${stays.id}`)).status).toBe(200);
});

describe('the routes', () => {
  test('show a secret once and keep it nowhere in the clear', async () => {
    const to = await endpoint();
    const headers = { 'idempotency-key': 'hook' };
    const body = { url: to.url };
    const first = await api.admin.post('/v1/webhooks', body, headers);
    const again = await api.admin.post('/v1/webhooks', body, headers);
    expect(again.body).toEqual({ ...first.body, secret: null });
    expect((await api.admin.get(`/v1/webhooks/${String(first.body['id'])}`)).body).not.toHaveProperty(
      'secret',
    );
    const secret = String(first.body['secret']);
    const stored = await execute(
      database.ownerUrl,
      `select encode(secret, 'escape') as s, '' as b from leasehold.webhooks
       union all select body::text, '' from leasehold.idempotency_keys
       union all select detail::text, changes::text from leasehold.audit_events`,
    );
    expect(JSON.stringify(stored)).not.toContain(secret.slice(6));
  });

  test.each([
    'http://example.com/',
    'https://10.0.0.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://169.254.169.254/',
  ])('refuse %s', async (url) => {
    expect(await api.admin.post('/v1/webhooks', { url })).toMatchObject({
      status: 422,
      body: { code: 'webhook_url', errors: [{ pointer: '/url' }] },
    });
  });

  test("a client's admin has webhooks of its own alone, and they hear of its tenant alone", async () => {
    const { body } = await api.admin.post('/v1/api-keys', {
      name: 'k',
      role: 'tenant-admin',
      tenantId: acme,
    });
    const client = api.as(String(body['key']));
    const [theirs, ours] = [await endpoint(), await endpoint()];
    const foreign = await subscribe(ours);
    const own = await subscribe(theirs, {}, client);
    startWorker();
    await emit('thing.foreign', 'ten_other');
    await emit('thing.platform');
    await emit('thing.own', acme);
    await received(ours, 3);
    await received(theirs, 1);
    expect(theirs.received.map(({ body: seen }) => seen.type)).toEqual(['thing.own']);
    expect(itemsOf(await client.get('/v1/webhooks')).map(({ id }) => id)).toEqual([own.id]);
    for (const path of ['', '/deliveries'])
      expect((await client.get(`/v1/webhooks/${foreign.id}${path}`)).status).toBe(404);
    for (const path of ['/test', '/rotate-secret', '/deliveries/whd_x/replay'])
      expect((await client.post(`/v1/webhooks/${foreign.id}${path}`)).status).toBe(404);
    expect((await client.delete(`/v1/webhooks/${foreign.id}`)).status).toBe(404);
    expect((await client.post('/v1/webhooks', { url: ours.url, tenantId: 'ten_other' })).status).toBe(422);
    expect((await client.post(`/v1/webhooks/${own.id}/rotate-secret`)).status).toBe(200);
    expect((await client.post(`/v1/webhooks/${own.id}/test`)).status).toBe(202);
    expect((await client.delete(`/v1/webhooks/${own.id}`)).status).toBe(204);
    const viewer = await api.admin.post('/v1/api-keys', { name: 'v', role: 'tenant-viewer', tenantId: acme });
    expect((await api.as(String(viewer.body['key'])).get('/v1/webhooks')).status).toBe(403);
  });
});
