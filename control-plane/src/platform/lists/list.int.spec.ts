import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../../testing/api-under-test.js';
import { execute, seedCatalog } from '../../testing/seeded-catalog.js';
import { itemsOf } from '../../testing/test-caller.js';

let database: TestDatabase;
let api: ApiUnderTest;
const total = 60;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  // Six at a time have one moment of birth, so that the key has to decide.
  await execute(
    database.ownerUrl,
    `insert into leasehold.tenants (id, slug, display_name, state, template, release_id, plan, cell, edge_shard, labels, created_at)
     select 'ten_' || lpad(n::text, 26, '0'), 'client-' || n, 'Client ' || (n % 7), case when n % 10 = 0 then 'failed' else 'active' end,
       'counter', (select id from leasehold.releases), case when n % 2 = 0 then 'free' else 'standard' end, 'local', 'edge',
       case when n % 3 = 0 then '{"tier": "gold", "n": "x"}'::jsonb else '{"tier": "silver"}'::jsonb end,
       timestamptz '2026-01-01 00:00:00.123456Z' + (n / 6) * interval '1 microsecond'
     from generate_series(1, ${total}) n`,
  );
  await execute(
    database.ownerUrl,
    `insert into leasehold.hostnames (hostname, tenant_id, kind)
     select slug || '.localhost', id, 'platform' from leasehold.tenants`,
  );
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function walk(query: Record<string, string>): Promise<Record<string, unknown>[]> {
  const walked: Record<string, unknown>[] = [];
  let cursor: unknown;
  do {
    const more = typeof cursor === 'string' ? { cursor } : {};
    const answer = await api.admin.get(
      `/v1/tenants?${new URLSearchParams({ ...query, ...more }).toString()}`,
    );
    expect(answer).toMatchObject({ status: 200 });
    walked.push(...itemsOf(answer));
    cursor = answer.body['nextCursor'];
  } while (cursor !== null);
  return walked;
}

describe('walking a list by its cursors', () => {
  test('gives every row once and in order, whatever field it is ordered by and however small the pages', async () => {
    const orders = ['createdAt', 'displayName', 'state', 'plan', 'slug', 'updatedAt', 'id'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...orders),
        fc.constantFrom('', ' desc'),
        fc.integer({ min: 7, max: 70 }),
        async (field, direction, limit) => {
          const walked = await walk({ orderBy: field + direction, limit: String(limit) });
          expect(new Set(walked.map(({ id }) => id)).size).toBe(total);
          expect(walked).toHaveLength(total);
          const whole = await walk({ orderBy: field + direction, limit: '500' });
          expect(walked).toEqual(whole);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('newest first is what a list without an order has', async () => {
    const walked = await walk({ limit: '25' });
    expect(walked[0]).toMatchObject({ slug: 'client-60' });
    expect(walked.at(-1)).toMatchObject({ slug: 'client-1' });
  });

  test('a cursor of another filter, order or list is refused by name', async () => {
    const first = await api.admin.get('/v1/tenants?limit=5&filter=plan=free');
    const cursor = encodeURIComponent(String(first.body['nextCursor']));
    for (const path of [
      `/v1/tenants?cursor=${cursor}`,
      `/v1/tenants?cursor=${cursor}&filter=plan=standard`,
      `/v1/tenants?cursor=${cursor}&filter=plan=free&orderBy=slug`,
      `/v1/tenants?cursor=${cursor}&filter=plan=free&labels=tier=gold`,
      `/v1/operations?cursor=${cursor}&filter=kind=x`,
    ]) {
      expect(await api.admin.get(path)).toMatchObject({ status: 400, body: { code: 'cursor_mismatch' } });
    }
    const same = await api.admin.get(`/v1/tenants?cursor=${cursor}&filter=plan=free&limit=9`);
    expect(same.status).toBe(200);
  });
});

describe('filters and labels', () => {
  test.each([
    [{ filter: 'state = failed' }, 6],
    [{ filter: 'state=active and labels.tier=gold' }, 18],
    [{ filter: 'labels.tier = "gold" OR plan = free' }, 40],
    [{ filter: 'NOT (labels.tier = "gold" OR plan = free)' }, 20],
    [{ filter: 'labels:n' }, 20],
    [{ filter: 'labels.n:*' }, 20],
    [{ filter: 'labels.missing != x' }, 60],
    [{ filter: 'displayName:"ient 3"' }, 9],
    [{ filter: 'hostnames:"Client-7.localhost"' }, 1],
    [{ filter: 'createdAt > 2026-01-01T00:00:00.123460Z' }, 31],
    [{ filter: 'expiresAt > 2026-01-01' }, 0],
    [{ filter: 'NOT expiresAt > 2026-01-01' }, 60],
    [{ filter: 'state = deleted' }, 0],
    [{ labels: 'tier=gold' }, 20],
    [{ labels: 'tier!=gold' }, 40],
    [{ labels: '!n, tier' }, 40],
    [{ labels: 'n', filter: 'plan=free' }, 10],
  ])('%j finds %i of sixty', async (query, count) => {
    expect(await walk({ ...query, limit: '100' })).toHaveLength(count);
  });

  test('any filter, order, selector or cursor gives rows or 400', async () => {
    const token = fc.constantFrom(
      ...['state', 'labels.a', 'labels', 'hostnames', 'createdAt', 'expiresAt', 'displayName'],
      ...[
        '=',
        '!=',
        ':',
        '<',
        '>=',
        '(',
        ')',
        ' AND ',
        ' or ',
        ' NOT ',
        '"a b"',
        "'",
        '\\',
        '*',
        'active',
        '2026-01-01',
        '\0',
        '%',
        '\ud800',
      ],
    );
    const term = fc.array(token, { maxLength: 12 }).map((parts) => parts.join(''));
    const sound = fc
      .tuple(
        fc.constantFrom('slug', 'displayName', 'labels.a', 'release', 'hostnames'),
        fc.constantFrom('=', '!=', ':'),
        fc.string({ unit: 'grapheme' }),
      )
      .map(([field, operator, value]) => `${field} ${operator} "${value.replaceAll(/(["\\])/g, '\\$1')}"`);
    const anything = fc.oneof(term, sound, fc.string({ unit: 'binary', maxLength: 60 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('filter', 'orderBy', 'labels', 'cursor'),
        anything,
        async (name, value) => {
          const { status, body } = await api.admin.get(
            `/v1/tenants?limit=1&${name}=${encodeURIComponent(value.toWellFormed())}`,
          );
          expect({ status, body }).toMatchObject(status === 200 ? {} : { status: 400 });
        },
      ),
      { numRuns: 400 },
    );
  });
});

test('every list of the API can be filtered, ordered and walked', async () => {
  for (const [path, field] of [
    ['/v1/tenants', 'slug'],
    ['/v1/operations', 'kind'],
    ['/v1/api-keys', 'name'],
    ['/v1/templates', 'name'],
    ['/v1/templates/counter/releases', 'version'],
    ['/v1/plans', 'rank'],
    ['/v1/cells', 'name'],
    ['/v1/tenants/client-1/events', 'at'],
    ['/v1/audit-events', 'at'],
  ]) {
    const ordered = await api.admin.get(
      `${String(path)}?limit=1&orderBy=${String(field)}%20desc&filter=NOT%20(${String(field)}%20=%201)`,
    );
    expect({ path, status: ordered.status }).toEqual({ path, status: field === 'at' ? 400 : 200 });
    const refused = await api.admin.get(`${String(path)}?filter=nothing%20=%201`);
    expect(refused).toMatchObject({
      status: 400,
      body: { code: 'invalid_filter', errors: [{ pointer: 'filter' }] },
    });
  }
});
