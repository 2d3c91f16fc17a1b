import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { z } from 'zod';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { closeDatabases, connectDatabases, type Databases } from '../platform/database.js';
import { newId } from '../platform/ids.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { readStream } from '../testing/read-stream.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { until } from '../testing/until.js';
import { EventPruning } from './event-pruning.js';
import { EventStream } from './event-stream.js';
import type { StreamedEvent } from './events.repository.js';
import { Outbox } from './outbox.js';

let database: TestDatabase;
let databases: Databases;
let api: ApiUnderTest;

beforeAll(async () => {
  database = await testDatabase();
  databases = await connectDatabases({ app: database.appUrl, platform: database.platformUrl });
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
});
afterAll(async () => {
  await api.stop();
  await closeDatabases(databases);
  await database.drop();
});

/** Follows the stream in this process until it is told to end. */
function follower(filter: object, after: number | undefined, actor: Partial<Ctx['actor']> = {}) {
  const end = new AbortController();
  const system = systemContext('test', pino({ level: 'silent' }), end.signal);
  const ctx = { ...system, actor: { ...system.actor, ...actor } };
  const seen: StreamedEvent[] = [];
  const done = (async () => {
    for await (const event of api.app.nest.get(EventStream).follow(ctx, filter, after)) seen.push(event);
  })();
  return { seen, end: async () => (end.abort(), done) };
}

async function emit(...data: { type: string; tenantId?: string; operationId?: string }[]): Promise<void> {
  const uow = new UnitOfWork(databases);
  await uow.run(systemContext('test', pino({ level: 'silent' })), (tx) => new Outbox().add(tx, ...data));
}

describe('the stream of events', () => {
  test('an event whose transaction commits late is not missed by a reader that has seen a later one', async () => {
    const late = new pg.Client({ connectionString: database.platformUrl });
    await late.connect();
    const reader = follower({ operationId: 'op_order' }, 0);
    await late.query('begin');
    await late.query(
      `insert into leasehold.events (id, type, operation_id) values ($1, 'late', 'op_order')`,
      [newId('evt')],
    );
    await emit({ type: 'early', operationId: 'op_order' });
    await until(() => Promise.resolve(reader.seen.some(({ type }) => type === 'early')), 'the early event');
    await late.query('commit');
    await until(() => Promise.resolve(reader.seen.some(({ type }) => type === 'late')), 'the late event');
    await late.end();
    await reader.end();
    expect(reader.seen.map(({ type }) => type)).toEqual(['early', 'late']);
  });

  test('many writers at once: each event once, positions only grow, the same for every reader', async () => {
    const filter = { operationId: 'op_many' };
    const fromTheStart = follower(filter, 0);
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 10; i++)
        await emit({ type: `${writer}.${i}`, operationId: 'op_many' }, { type: 'other' });
    });
    const joinsLater = follower(filter, 0);
    await Promise.all(writers);
    await until(
      () => Promise.resolve(fromTheStart.seen.length >= 200 && joinsLater.seen.length >= 200),
      '200 events twice',
    );
    await Promise.all([fromTheStart.end(), joinsLater.end()]);
    const positions = fromTheStart.seen.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(new Set(fromTheStart.seen.map(({ id }) => id)).size).toBe(200);
    expect(joinsLater.seen).toEqual(fromTheStart.seen);
    for (let writer = 0; writer < 20; writer++) {
      const own = fromTheStart.seen.map(({ type }) => type).filter((type) => type.startsWith(`${writer}.`));
      expect(own).toEqual(Array.from({ length: 10 }, (_, i) => `${writer}.${i}`));
    }
  });

  test('a reader that comes back after an event gets exactly what came after it', async () => {
    const first = follower({ operationId: 'op_resume' }, 0);
    await emit(...Array.from({ length: 5 }, (_, i) => ({ type: `r${i}`, operationId: 'op_resume' })));
    await until(() => Promise.resolve(first.seen.length === 5), 'five events');
    await first.end();
    const again = follower({ operationId: 'op_resume' }, first.seen[2]?.position);
    await until(() => Promise.resolve(again.seen.length === 2), 'the last two');
    await again.end();
    expect(again.seen.map(({ type }) => type)).toEqual(['r3', 'r4']);
  });

  test('goes on when its connection for notifications is cut', async () => {
    const reader = follower({ operationId: 'op_cut' }, 0);
    await execute(
      database.ownerUrl,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'leasehold event feed' and datname = $1`,
      [database.name],
    );
    await emit({ type: 'after the cut', operationId: 'op_cut' });
    await until(() => Promise.resolve(reader.seen.length === 1), 'the event');
    await reader.end();
  });

  test('a reader that names no event begins with now', async () => {
    const witness = follower({ operationId: 'op_before' }, 0);
    await emit({ type: 'before', operationId: 'op_before' });
    await until(() => Promise.resolve(witness.seen.length === 1), 'the event before');
    const reader = follower({}, undefined);
    await emit({ type: 'now' });
    await until(() => Promise.resolve(reader.seen.some(({ type }) => type === 'now')), 'the event of now');
    await Promise.all([reader.end(), witness.end()]);
    expect(reader.seen.map(({ type }) => type)).not.toContain('before');
  });
});

describe('GET /v1/events', () => {
  test('a person follows an onboarding and resumes with Last-Event-ID', async () => {
    const stream = readStream(await api.admin.fetch('GET', '/v1/events', {}));
    await api.admin.post('/v1/tenants', { slug: 'streamed', displayName: 'S', template: 'counter' });
    const created = await stream.next(({ event }) => event === 'tenant.created');
    await stream.close();
    expect(created.data).toMatchObject({ type: 'tenant.created', data: { slug: 'streamed' } });
    const resumed = readStream(
      await api.admin.fetch('GET', '/v1/events', { headers: { 'last-event-id': created.id } }),
    );
    const following = await resumed.next(() => true);
    await resumed.close();
    expect(Number(following.id)).toBeGreaterThan(Number(created.id));
    expect(following.event).toBe('operation.state');
  });

  test('a Last-Event-ID that is none is refused', async () => {
    const answer = await api.admin.get('/v1/events', { 'last-event-id': 'abc' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_last_event_id' } });
  });

  test('a reader names the types that it wants', async () => {
    const stream = readStream(
      await api.admin.fetch('GET', '/v1/events?types=wanted.*,exactly.this', {
        headers: { 'last-event-id': '0' },
      }),
    );
    await emit(
      { type: 'exactly.that' },
      { type: 'wanted.one' },
      { type: 'unwanted' },
      { type: 'exactly.this' },
    );
    const seen = [await stream.next(() => true), await stream.next(() => true)];
    await stream.close();
    expect(seen.map(({ event }) => event)).toEqual(['wanted.one', 'exactly.this']);
    expect((await api.admin.get('/v1/events?types=not a type')).status).toBe(400);
  });

  test("a tenant's key sees its own tenant's events alone", async () => {
    const tenantId = await idOf('streamed');
    const { body } = await api.admin.post('/v1/api-keys', { name: 't', role: 'tenant-viewer', tenantId });
    const caller = api.as(String(body['key']));
    const stream = readStream(await caller.fetch('GET', '/v1/events', { headers: { 'last-event-id': '0' } }));
    await emit({ type: 'foreign', tenantId: 'ten_other' }, { type: 'nobody’s' }, { type: 'own', tenantId });
    const seen: string[] = [];
    await stream.next(({ event, data }) => {
      seen.push(String(data['tenantId']));
      return event === 'own';
    });
    await stream.close();
    expect(new Set(seen)).toEqual(new Set([tenantId]));
  });
});

describe('events that are too old', () => {
  test('are removed, and a reader that has not seen them is told instead of missing them', async () => {
    await emit({ type: 'old', operationId: 'op_old' }, { type: 'old', operationId: 'op_old' });
    const age = `update leasehold.events set at = now() - interval '91 days' where operation_id = 'op_old' and position is not null returning position`;
    const positions = await until(async () => {
      const aged = await execute(database.ownerUrl, age);
      return aged.length === 2 && aged;
    }, 'two events with positions');
    await execute(database.ownerUrl, 'update leasehold.webhook_cursor set position = 1000000');
    expect(await api.app.nest.get(EventPruning).prune()).toBe(2);
    const newest = Math.max(...positions.map(positionOf));
    const answer = await api.admin.get('/v1/events', { 'last-event-id': String(newest - 1) });
    expect(answer).toMatchObject({ status: 410, body: { code: 'events_pruned' } });
    expect(answer.body['detail']).toContain(`Last-Event-ID: ${newest}`);
    const stream = readStream(
      await api.admin.fetch('GET', '/v1/events', { headers: { 'last-event-id': String(newest) } }),
    );
    await emit({ type: 'young' });
    await stream.next(({ event }) => event === 'young');
    await stream.close();
  });

  test('stay while webhooks have not been told of them', async () => {
    await execute(database.ownerUrl, 'update leasehold.webhook_cursor set position = 0');
    await emit({ type: 'waiting' });
    await execute(
      database.ownerUrl,
      `update leasehold.events set at = now() - interval '91 days' where type = 'waiting'`,
    );
    expect(await api.app.nest.get(EventPruning).prune()).toBe(0);
  });
});

function positionOf(row: unknown): number {
  return Number(z.object({ position: z.string() }).parse(row).position);
}

async function idOf(slug: string): Promise<string> {
  return String((await api.admin.get(`/v1/tenants/${slug}`)).body['id']);
}
