import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { z } from 'zod';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { IdempotencyService } from './idempotency.service.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';

let database: TestDatabase;
let api: ApiUnderTest;
/** A second program over the same database. */
let other: ApiUnderTest;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  other = await startApi(database, api.admin.key);
});
afterAll(async () => {
  await api.stop();
  await other.stop();
  await database.drop();
});

const tenant = (slug: string): object => ({ slug, displayName: slug, template: 'counter' });
const withKey = (key: string): Record<string, string> => ({ 'idempotency-key': key });

/** The context of a request with the admin key. */
async function adminContext(): Promise<Ctx> {
  const { body } = await api.admin.get('/v1/api-keys');
  const id = z
    .array(z.object({ id: z.string() }))
    .parse(body['items'])
    .at(-1)?.id;
  return {
    ...systemContext('test', pino({ level: 'silent' })),
    actor: { id: `key:${String(id)}`, role: 'admin' },
  };
}

describe('an Idempotency-Key', () => {
  test('50 equal requests at once, through two programs, make one tenant and get one answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        (i % 2 === 0 ? api : other).admin.post('/v1/tenants', tenant('fifty'), withKey('fifty')),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get('location')))).toEqual(
      new Set([`/v1/operations/${String(answers[0]?.body['id'])}`]),
    );
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
    expect(
      await execute(database.ownerUrl, `select id from leasehold.tenants where slug = 'fifty'`),
    ).toHaveLength(1);
  });

  test('the same body in another order is the same request', async () => {
    await api.admin.post('/v1/tenants', tenant('order'), withKey('order'));
    const again = await api.admin.post(
      '/v1/tenants',
      { template: 'counter', displayName: 'order', slug: 'order' },
      withKey('order'),
    );
    expect(again.headers.get('idempotent-replayed')).toBe('true');
  });

  test('another body under the same key is 422 and changes nothing', async () => {
    await api.admin.post('/v1/tenants', tenant('first'), withKey('reused'));
    const answer = await api.admin.post('/v1/tenants', tenant('second'), withKey('reused'));
    expect(answer).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect((await api.admin.get('/v1/tenants/second')).status).toBe(404);
  });

  test('another tenant’s path under the same key is another request', async () => {
    await execute(
      database.ownerUrl,
      `update leasehold.tenants set state = 'active' where slug in ('order', 'fifty')`,
    );
    await execute(database.ownerUrl, `update leasehold.operations set state = 'succeeded', ended_at = now()`);
    expect((await api.admin.post('/v1/tenants/order/reconcile', undefined, withKey('path'))).status).toBe(
      202,
    );
    expect((await api.admin.post('/v1/tenants/fifty/reconcile', undefined, withKey('path'))).status).toBe(
      422,
    );
  });

  test('the same key is another one on another route and for another caller', async () => {
    const body = { name: 'op', role: 'operator' };
    const { body: operator } = await api.admin.post('/v1/api-keys', body, withKey('shared'));
    await api.admin.post('/v1/tenants', tenant('shared'), withKey('shared'));
    const answer = await api
      .as(String(operator['key']))
      .post('/v1/tenants', tenant('shared-too'), withKey('shared'));
    expect(answer).toMatchObject({ status: 202 });
    expect(answer.headers.get('idempotent-replayed')).toBeNull();
  });

  test('a secret that is shown once is null in the replay and nowhere in the database', async () => {
    const body = { name: 'once', role: 'viewer' };
    const first = await api.admin.post('/v1/api-keys', body, withKey('once'));
    const again = await api.admin.post('/v1/api-keys', body, withKey('once'));
    expect(first.body['key']).toMatch(/^lh_[0-9a-hjkmnp-tv-z]{52}$/);
    expect(again.body).toEqual({ ...first.body, key: null });
    const stored = await execute(
      database.ownerUrl,
      `select body::text from leasehold.idempotency_keys union all select detail::text from leasehold.audit_events`,
    );
    expect(JSON.stringify(stored)).not.toContain(String(first.body['key']));
  });

  test('a refused request leaves the key free: corrected, it may be sent again', async () => {
    expect(
      (await api.admin.post('/v1/tenants', { ...tenant('fixed'), plan: 'gold' }, withKey('fixed'))).status,
    ).toBe(422);
    expect((await api.admin.post('/v1/tenants', tenant('fixed'), withKey('fixed'))).status).toBe(202);
  });

  test('a program that dies while it holds the key gives it back with its connection', async () => {
    const service = api.app.nest.get(IdempotencyService);
    const request = { key: 'crash', route: 'POST /v1/tenants', url: '/v1/tenants', body: tenant('crash') };
    const died = service.once(await adminContext(), request, async (tx) => {
      await tx.query('select pg_terminate_backend(pg_backend_pid())');
      throw new Error('never reached');
    });
    await expect(died).rejects.toThrow();
    expect((await api.admin.post('/v1/tenants', tenant('crash'), withKey('crash'))).status).toBe(202);
  });

  test('an answer counts for 24 hours and is pruned then', async () => {
    await api.admin.post('/v1/tenants', tenant('aged'), withKey('aged'));
    await execute(
      database.ownerUrl,
      `update leasehold.idempotency_keys set created_at = now() - interval '25 hours' where key = 'aged'`,
    );
    expect((await api.admin.post('/v1/tenants', tenant('aged'), withKey('aged'))).status).toBe(409);
    await execute(
      database.ownerUrl,
      `update leasehold.idempotency_keys set created_at = now() - interval '25 hours'`,
    );
    await api.app.nest.get(IdempotencyService).prune(await adminContext());
    expect(await execute(database.ownerUrl, 'select 1 from leasehold.idempotency_keys')).toHaveLength(0);
  });
});
