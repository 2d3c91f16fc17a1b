import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { systemContext } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { itemsOf, type Answered } from '../testing/test-caller.js';
import { TenantsService } from './tenants.service.js';

let database: TestDatabase;
let api: ApiUnderTest;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const onboard = (slug: string, more: object = {}): Promise<Answered> =>
  api.admin.post('/v1/tenants', { slug, displayName: slug.toUpperCase(), template: 'counter', ...more });

/** As a worker leaves it: the operation has ended and the tenant is in this state. */
async function settle(slug: string, state: string): Promise<void> {
  await execute(
    database.ownerUrl,
    `update leasehold.operations set state = 'succeeded', ended_at = now()
    where tenant_id in (select id from leasehold.tenants where slug = $1)`,
    [slug],
  );
  await execute(database.ownerUrl, `update leasehold.tenants set state = $2 where slug = $1`, [slug, state]);
}

describe('an onboarding', () => {
  test('answers 202 with the operation and where to look', async () => {
    const answer = await onboard('acme', {
      displayName: 'Acme & Söhne',
      hostnames: ['Shop.Acme.Example.'],
      labels: { tier: 'gold' },
      contact: { email: 'a@acme.example' },
    });
    expect(answer).toMatchObject({
      status: 202,
      body: { kind: 'tenant.create', state: 'queued', progress: { done: 0 } },
    });
    expect(answer.headers.get('location')).toBe(`/v1/operations/${String(answer.body['id'])}`);
    expect((await api.admin.get(answer.headers.get('location') ?? '')).body).toMatchObject({
      id: answer.body['id'],
    });
  });

  test('is found by id and by slug, with its ETag', async () => {
    const bySlug = await api.admin.get('/v1/tenants/acme');
    const byId = await api.admin.get(`/v1/tenants/${String(bySlug.body['id'])}`);
    expect(byId.body).toEqual(bySlug.body);
    expect(bySlug.headers.get('etag')).toBe('"1"');
    expect(bySlug.body).toMatchObject({
      slug: 'acme',
      displayName: 'Acme & Söhne',
      state: 'provisioning',
      template: 'counter',
      release: '1.0.0',
      plan: 'free',
      cell: 'local',
      url: 'http://acme.localhost:8081',
      hostnames: ['acme.localhost', 'shop.acme.example'],
      labels: { tier: 'gold' },
      parameters: { maxBlockSize: 10_000 },
      contact: { email: 'a@acme.example' },
      conditions: [],
    });
  });

  test('reserves a row-key prefix of its own, which its pods may use', async () => {
    const rows = await execute(
      database.ownerUrl,
      `select p.prefix, p.namespace, p.state, t.row_key_prefix
      from leasehold.row_key_prefixes p join leasehold.tenants t on t.id = p.tenant_id where t.slug = 'acme'`,
    );
    expect(rows).toEqual([
      {
        prefix: expect.stringMatching(/^[0-9a-hjkmnp-tv-z]{10}$/) as unknown,
        namespace: 't-acme',
        state: 'live',
        row_key_prefix: expect.anything() as unknown,
      },
    ]);
  });

  test('is told in the timeline and in the audit log', async () => {
    const { body } = await api.admin.get('/v1/tenants/acme/events');
    expect(body['items']).toMatchObject([
      { type: 'operation.state' },
      { type: 'tenant.created', data: { slug: 'acme' } },
    ]);
    const audit = await api.admin.get('/v1/audit-events');
    expect(audit.body['items']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'tenant.create', detail: { slug: 'acme' } }),
      ]),
    );
  });

  test('begins with the branding that was given, completed', async () => {
    await onboard('branded', { branding: { displayName: 'Brand', colors: { primary: '#FF0000' } } });
    const answer = await api.admin.get('/v1/tenants/branded/branding');
    expect(answer.body).toMatchObject({
      displayName: 'Brand',
      revision: 1,
      publishedRevision: 0,
      colors: { primary: '#ff0000', background: '#ffffff', text: '#1f2328' },
    });
    expect(answer.headers.get('etag')).toBe('"1"');
  });

  test('twenty at once for one slug and one hostname: one wins, the others are told why', async () => {
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => onboard('race')),
      ...Array.from({ length: 10 }, (_, i) => onboard(`race-${i}`, { hostnames: ['race.example'] })),
    ]);
    const codes = answers.map(({ status, body }) => (status === 202 ? 'won' : body['code']));
    expect(codes.slice(0, 10).toSorted()).toEqual([...Array<string>(9).fill('slug_taken'), 'won']);
    expect(codes.slice(10).toSorted()).toEqual([...Array<string>(9).fill('hostname_taken'), 'won']);
  });

  test('a refused one leaves nothing behind', async () => {
    await onboard('ghost', { hostnames: ['race.example'] });
    expect(
      await execute(
        database.ownerUrl,
        `select 1 from leasehold.row_key_prefixes where namespace = 't-ghost'
      union all select 1 from leasehold.hostnames where hostname like 'ghost%'`,
      ),
    ).toEqual([]);
  });

  test('a cell takes no more than its capacity, however many ask at once', async () => {
    await execute(
      database.ownerUrl,
      `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state)
      values ('cel_tiny', 'tiny', 'development', 'local', 'twin', 'localhost', 3, 'ready')`,
    );
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => onboard(`tiny-${i}`, { cell: 'tiny' })),
    );
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
    expect(answers.filter(({ body }) => body['code'] === 'cell_full')).toHaveLength(5);
  });

  test('waits for a cell that is being prepared: 503, to be tried again', async () => {
    await execute(
      database.ownerUrl,
      `insert into leasehold.cells (id, name, environment, region, target, domain, capacity, state)
      values ('cel_soon', 'soon', 'development', 'local', 'twin', 'localhost', 3, 'preparing')`,
    );
    const answer = await onboard('early', { cell: 'soon' });
    expect(answer).toMatchObject({ status: 503, body: { code: 'cell_not_ready', retryable: true } });
    expect(answer.headers.get('retry-after')).toBe('5');
  });
});

describe('a list', () => {
  test('walks over all pages, newest first, without repeats while others are onboarded', async () => {
    for (let i = 0; i < 5; i++) await onboard(`page-${i}`);
    const slugs: unknown[] = [];
    let cursor: unknown;
    do {
      const query = typeof cursor === 'string' ? `&cursor=${cursor}` : '';
      const page = await api.admin.get(`/v1/tenants?limit=2${query}`);
      slugs.push(...itemsOf(page).map(({ slug }) => slug));
      cursor = page.body['nextCursor'];
      await onboard(`late-${slugs.length}`);
    } while (cursor !== null);
    expect(new Set(slugs).size).toBe(slugs.length);
    expect(slugs.filter((slug) => String(slug).startsWith('page-'))).toEqual([
      'page-4',
      'page-3',
      'page-2',
      'page-1',
      'page-0',
    ]);
  });

  test.each([
    ['labels.tier=gold', ['acme']],
    ['labels.tier=gold and state=provisioning', ['acme']],
    ['labels.tier=gold and state=active', []],
    ['cell=tiny and template=nope', []],
  ])('narrowed to %s', async (filter, slugs) => {
    const { body } = await api.admin.get(`/v1/tenants?filter=${encodeURIComponent(filter)}`);
    expect(body['items']).toMatchObject(slugs.map((slug) => ({ slug })));
  });
});

describe('the end of a tenant', () => {
  test('while its onboarding runs, it cannot be taken away', async () => {
    const answer = await api.admin.delete('/v1/tenants/acme', { 'if-match': '"1"' });
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'operation_in_progress', resource: expect.stringMatching(/^op_/) as unknown },
    });
  });

  test('DELETE keeps the data for a while, restore brings it back', async () => {
    await settle('acme', 'active');
    const removed = await api.admin.delete('/v1/tenants/acme', { 'if-match': '"1"' });
    expect(removed).toMatchObject({ status: 202, body: { kind: 'tenant.delete' } });
    expect((await api.admin.get('/v1/tenants/acme')).body).toMatchObject({ state: 'pending_deletion' });
    expect(await onboard('acme')).toMatchObject({ status: 409, body: { code: 'slug_taken' } });
    await settle('acme', 'pending_deletion');
    expect(await api.admin.post('/v1/tenants/acme/restore')).toMatchObject({
      status: 202,
      body: { kind: 'tenant.restore' },
    });
  });

  test('purge=true erases; once it is a tombstone its slug is free and it is found by id alone', async () => {
    await settle('acme', 'active');
    const { id } = (await api.admin.get('/v1/tenants/acme')).body;
    const purged = await api.admin.delete('/v1/tenants/acme?purge=true', { 'if-match': '"1"' });
    expect(purged).toMatchObject({ status: 202, body: { kind: 'tenant.purge' } });
    expect((await api.admin.get('/v1/tenants/acme')).body).toMatchObject({ state: 'erasing' });
    expect(await api.admin.put('/v1/tenants/acme/branding', {}, { 'if-match': '*' })).toMatchObject({
      status: 409,
      body: { code: 'wrong_state' },
    });
    await settle('acme', 'deleted');
    await api.app.nest
      .get(UnitOfWork)
      .run(systemContext('test', pino({ level: 'silent' })), (tx) =>
        api.app.nest.get(TenantsService).release(tx, String(id), 'erased'),
      );
    expect((await api.admin.get('/v1/tenants/acme')).status).toBe(404);
    expect((await api.admin.get(`/v1/tenants/${String(id)}`)).body).toMatchObject({ state: 'deleted' });
    expect((await api.admin.get('/v1/tenants?filter=state%3Ddeleted')).body['items']).toMatchObject([{ id }]);
    expect((await onboard('acme')).status).toBe(202);
    expect(await api.admin.delete(`/v1/tenants/${String(id)}`, { 'if-match': '*' })).toMatchObject({
      status: 409,
      body: { code: 'wrong_state' },
    });
  });

  test.each([
    [
      'reconcile',
      'suspended',
      'A tenant that is suspended cannot be reconciled; it must be active. Now it can be edited, resumed, moved, deleted, or purged.',
    ],
    [
      'restore',
      'active',
      'A tenant that is active cannot be restored; it must be pending_deletion. Now it can be edited, updated, suspended, reconciled, moved, deleted, or purged.',
    ],
  ])('%s of a tenant that is %s is refused with the reason', async (action, state, sentence) => {
    await settle('branded', state);
    expect(await api.admin.post(`/v1/tenants/branded/${action}`)).toMatchObject({
      status: 409,
      body: { code: 'wrong_state', detail: sentence },
    });
  });
});
