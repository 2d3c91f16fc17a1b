import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import type { TestCaller } from '../testing/test-caller.js';

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
  const insert = `insert into leasehold.usage_hours (tenant_id, hour, requests, errors, pod_seconds, rows_written) values ($1, $2, $3, $4, $5, $6)`;
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
        'period,requests,errors,podSeconds,dataCalls,rowsRead,bytesRead,rowsWritten,bytesWritten',
        '2026-01-01T00:00:00.000Z,12,2,3,0,0,0,4,0',
        '2026-02-01T00:00:00.000Z,11,1,1.5,0,0,0,2,0',
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
