import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { pino } from 'pino';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EventFeed } from '../events/event-feed.js';
import { Outbox, type NewEvent } from '../events/outbox.js';
import { systemContext } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import type { TestCaller } from '../testing/test-caller.js';
import { until } from '../testing/until.js';
import { DeliveryAttempt } from '../webhooks/delivery-attempt.js';
import { DeliveryWorker } from '../webhooks/delivery-worker.js';
import { startEndpoint, type Endpoint } from '../webhooks/testing/endpoint.js';
import { UsageRecorder } from './usage-recorder.js';
import { UsageRepository } from './usage.repository.js';

let database: TestDatabase;
let api: ApiUnderTest;
let owner: TestCaller;
let neighbour: TestCaller;
let acme: string;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  acme = await made('acme');
  const globex = await made('globex');
  owner = await keyOf(acme);
  neighbour = await keyOf(globex);
  const insert = `insert into leasehold.usage_hours (tenant_id, hour, cell, requests, errors, pod_seconds, rows_written)
    values ($1, $2, 'local', $3, $4, $5, $6)`;
  for (const [hour, requests] of [
    ['2026-01-30T22:00:00Z', 5],
    ['2026-01-31T23:00:00Z', 7],
    ['2026-02-01T00:00:00Z', 11],
  ] as const)
    await execute(database.ownerUrl, insert, [acme, hour, requests, 1, 1.5, 2]);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function made(slug: string): Promise<string> {
  const answer = await api.admin.post('/v1/tenants', { slug, displayName: slug, template: 'counter' });
  return String(answer.body['tenantId']);
}
const keyOf = async (tenantId: string): Promise<TestCaller> =>
  api.as(
    String(
      (await api.admin.post('/v1/api-keys', { name: 'k', role: 'tenant-viewer', tenantId })).body['key'],
    ),
  );

const span = 'from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z';

describe('the usage of a tenant', () => {
  test.each([
    ['hour', 'from=2026-01-30T00:00:00Z&to=2026-02-02T00:00:00Z', [5, 7, 11]],
    ['day', span, [5, 7, 11]],
    ['month', span, [12, 11]],
  ])('by the %s, in UTC', async (per, query, requests) => {
    const { status, body } = await owner.get(`/v1/tenants/acme/usage?per=${per}&${query}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      items: requests.map((count) => ({ requests: count })),
      totals: { requests: 23 },
    });
  });

  test('as CSV', async () => {
    const answer = await fetch(`${api.url}/v1/tenants/acme/usage.csv?per=month&${span}`, {
      headers: {
        authorization: `Bearer ${String((await api.admin.post('/v1/api-keys', { name: 'r', role: 'viewer' })).body['key'])}`,
      },
    });
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await answer.text()).toBe(
      [
        'period,requests,errors,requestBytes,responseBytes,podSeconds,dataCalls,rowsRead,bytesRead,rowsWritten,bytesWritten,tokens',
        '2026-01-01T00:00:00.000Z,12,2,0,0,3,0,0,0,4,0,0',
        '2026-02-01T00:00:00.000Z,11,1,0,0,1.5,0,0,0,2,0,0',
        '',
      ].join('\r\n'),
    );
  });

  test('is nobody else’s', async () => {
    expect((await neighbour.get(`/v1/tenants/${acme}/usage`)).status).toBe(404);
    expect((await neighbour.get(`/v1/tenants/acme/usage.csv`)).status).toBe(404);
    const own = await neighbour.get(`/v1/tenants/globex/usage?per=month&${span}`);
    expect(own.body).toMatchObject({ items: [], totals: { requests: 0 } });
  });

  test.each([
    ['no time', 'from=yesterday'],
    ['an end before the beginning', 'from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z'],
    ['a year of hours', 'per=hour&from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z'],
    ['an unknown period', 'per=week'],
    ['another parameter', 'since=2026-01-01T00:00:00Z'],
  ])('with %s is refused', async (_, query) => {
    expect((await api.admin.get(`/v1/tenants/acme/usage?${query}`)).status).toBe(400);
  });
});

describe('usage records', () => {
  const log = pino({ level: 'silent' });
  const ctx = systemContext('test', log);
  const cloudEvent = z.strictObject({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.url(),
    type: z.literal('com.leasehold.usage.hour.v1'),
    time: z.iso.datetime(),
    subject: z.string(),
    datacontenttype: z.literal('application/json'),
    data: z.looseObject({ from: z.iso.datetime(), to: z.iso.datetime(), revision: z.int(), tokens: z.int() }),
  });
  let to: Endpoint;
  let worker: DeliveryWorker;
  let secret: string;
  let uow: UnitOfWork;
  const hours = ['10', '11', '12'].map((hour) => `2026-03-01T${hour}:00:00.000Z`);

  beforeAll(async () => {
    const { nest } = api.app;
    uow = nest.get(UnitOfWork);
    await execute(database.ownerUrl, 'delete from leasehold.usage_hours');
    await execute(
      database.ownerUrl,
      `update leasehold.row_key_prefixes set prefix = 'acme000000' where tenant_id = $1`,
      [acme],
    );
    to = await startEndpoint();
    const hook = { url: to.url, types: ['usage.*'], format: 'cloudevents', tenantId: acme };
    secret = String((await api.admin.post('/v1/webhooks', hook)).body['secret']);
    const settings = { ...nest.get<ControlPlaneSettings>(SETTINGS), LEASEHOLD_ROLE: 'worker' as const };
    worker = new DeliveryWorker(
      uow,
      nest.get(EventFeed),
      nest.get(DeliveryAttempt, { strict: false }),
      settings,
      log,
    );
  });
  afterAll(async () => {
    await worker.onModuleDestroy();
    await to.stop();
  });

  const counted = async (hour: string, tokens: number, cell = 'local'): Promise<void> => {
    const none = { calls: 0, rowsRead: 0, bytesRead: 0, rowsWritten: 0, bytesWritten: 0 };
    const usage = [{ prefix: 'acme000000', hour: new Date(hour), ...none, tokens }];
    await uow.run(ctx, (tx) => new UsageRepository().addData(tx, cell, usage));
  };
  const gathered = async (moment: string, cell = 'local'): Promise<void> => {
    await uow.run(ctx, (tx) => new UsageRepository().gathered(tx, cell, new Date(moment)));
  };
  const round = (outbox = new Outbox()): Promise<void> => new UsageRecorder(uow, outbox).round(ctx);
  const told = async (): Promise<unknown[]> =>
    execute(database.ownerUrl, `select id from leasehold.events where type = 'usage.hour' order by position`);
  const received = () => to.received.map(({ text }) => cloudEvent.parse(JSON.parse(text)));
  const idOf = (hour: string, revision: number): string =>
    `usage_${acme}_${hour.slice(0, 13).replaceAll(/[-T]/g, '')}_${revision}`;

  test('are made of complete hours alone, and a worker that is killed before its commit leaves them to the next', async () => {
    for (const hour of hours) await counted(hour, 5);
    await round();
    expect(await told()).toEqual([]);
    await gathered('2026-03-01T12:00:59Z');
    /** Its connection dies when all is written and nothing committed. */
    class Killed extends Outbox {
      override async add(tx: Tx, ...events: readonly NewEvent[]): Promise<void> {
        await super.add(tx, ...events);
        await tx.query('select pg_terminate_backend(pg_backend_pid())');
      }
    }
    await expect(round(new Killed())).rejects.toThrow();
    expect(await told()).toEqual([]);
    await Promise.all([round(), round()]);
    await until(async () => (await told()).length === 1, 'the first hour');
    await gathered('2026-03-01T13:01:00Z');
    await round();
    await until(async () => (await told()).length === 3, 'the other hours');
  });

  test('come as signed CloudEvents, again under the same id until they are taken, and none is lost', async () => {
    to.answer(500);
    worker.onApplicationBootstrap();
    await until(() => Promise.resolve(to.received.length >= 3), 'the first attempts');
    to.answer(200);
    await execute(database.ownerUrl, 'update leasehold.webhook_deliveries set next_attempt_at = now()');
    await until(() => Promise.resolve(to.received.length >= 6), 'the second attempts');
    const ids = received().map(({ id }) => id);
    expect([...new Set(ids)].sort()).toEqual(hours.map((hour) => idOf(hour, 1)));
    expect(ids).toHaveLength(6);
    for (const { headers, text } of to.received) {
      expect(headers['content-type']).toBe('application/cloudevents+json; charset=utf-8');
      expect(headers['webhook-id']).toBe(cloudEvent.parse(JSON.parse(text)).id);
      new Webhook(secret).verify(text, headers);
    }
    const [first] = received().filter(({ id }) => id === idOf(hours[0] ?? '', 1));
    expect(first).toMatchObject({
      subject: acme,
      data: { slug: 'acme', from: hours[0], to: hours[1], revision: 1, tokens: 5, requests: 0 },
    });
  });

  test('come again with the next revision when more was counted, and not when it was only counted again', async () => {
    await counted(hours[1] ?? '', 5);
    await round();
    expect(await told()).toHaveLength(3);
    await counted(hours[1] ?? '', 8);
    await round();
    await until(() => Promise.resolve(to.received.length >= 7), 'the revision');
    expect(received().at(-1)).toMatchObject({
      id: idOf(hours[1] ?? '', 2),
      data: { revision: 2, tokens: 8 },
    });
  });

  test('of a tenant that has moved add up what both cells have counted, when both are read', async () => {
    await execute(
      database.ownerUrl,
      `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state)
       values ('cel_east', 'east', 'development', 'east', 'twin', 'localhost', 3, 'ready')`,
    );
    const hour = '2026-03-01T14:00:00.000Z';
    await counted(hour, 3);
    await counted(hour, 4, 'east');
    await gathered('2026-03-01T15:01:00Z');
    await round();
    expect(await told()).toHaveLength(4);
    await gathered('2026-03-01T15:01:00Z', 'east');
    await round();
    await until(() => Promise.resolve(to.received.length >= 8), 'the record');
    expect(received().at(-1)).toMatchObject({ id: idOf(hour, 1), data: { tokens: 7 } });
    const { body } = await owner.get(`/v1/tenants/acme/usage?per=hour&from=${hour}&to=2026-03-01T15:00:00Z`);
    expect(body).toMatchObject({ totals: { tokens: 7 } });
  });

  test('know what a cell has counted at its edge before a tenant left it, and nothing of a namesake', async () => {
    const hour = '2026-03-01T14:00:00.000Z';
    const none = { errors: 0, podSeconds: 0, requestBytes: 0, responseBytes: 0 };
    const ofNamespace = (slug: string) => [
      { namespace: `t-${slug}`, hour: new Date(hour), requests: 9, ...none },
    ];
    const edge = async (slug: string): Promise<void> =>
      uow.run(ctx, (tx) => new UsageRepository().addEdge(tx, 'east', ofNamespace(slug)));
    await edge('acme');
    await edge('globex');
    const asked = `per=hour&from=${hour}&to=2026-03-01T15:00:00Z`;
    expect((await owner.get(`/v1/tenants/acme/usage?${asked}`)).body).toMatchObject({
      totals: { requests: 9 },
    });
    expect((await neighbour.get(`/v1/tenants/globex/usage?${asked}`)).body).toMatchObject({ items: [] });
  });
});
