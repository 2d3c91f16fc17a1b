import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import pg from 'pg';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { seedCatalog } from '../testing/seeded-catalog.js';
import { itemsOf } from '../testing/test-caller.js';

let database: TestDatabase;
let api: ApiUnderTest;
let acme: string;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  const { body } = await api.admin.post('/v1/tenants', {
    slug: 'acme',
    displayName: 'Acme',
    template: 'counter',
  });
  acme = String(body['tenantId']);
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function entries(query: string): Promise<Record<string, unknown>[]> {
  return itemsOf(await api.admin.get(`/v1/audit-events?${query}`));
}

describe('an audit event', () => {
  test('says who did it under which role, from where, over which route and under which request', async () => {
    await api.admin.post('/v1/api-keys', { name: 'seen', role: 'viewer' }, { 'x-request-id': 'my-request' });
    const [entry] = await entries('action=api_key.create');
    expect(entry).toMatchObject({
      role: 'admin',
      actorTenantId: null,
      address: '127.0.0.1',
      route: 'POST /v1/api-keys',
      requestId: 'my-request',
      detail: { name: 'seen' },
    });
    expect(entry?.['actor']).toMatch(/^key:key_/);
  });

  test('of a changed branding holds each changed field before and after', async () => {
    const { headers } = await api.admin.get('/v1/tenants/acme/branding');
    const change = await api.admin.put(
      '/v1/tenants/acme/branding',
      { tagline: 'Anvils since 1949' },
      { 'if-match': String(headers.get('etag')) },
    );
    expect(change.status).toBe(200);
    const [entry] = await entries(`subject=${acme}&action=branding.*`);
    expect(entry?.['changes']).toMatchObject({ tagline: { after: 'Anvils since 1949' } });
  });

  test('is there if and only if its change is: a refused request leaves none', async () => {
    const before = await entries('limit=500');
    expect((await api.admin.post('/v1/plans', { name: 'Not A Name' })).status).toBe(400);
    expect((await api.admin.delete('/v1/api-keys/key_nobody')).status).toBe(404);
    expect(await entries('limit=500')).toHaveLength(before.length);
  });

  test('is not written again when an Idempotency-Key answers for the change', async () => {
    const headers = { 'idempotency-key': 'once' };
    const { body } = await api.admin.post('/v1/api-keys', { name: 'one', role: 'viewer' }, headers);
    await api.admin.post('/v1/api-keys', { name: 'one', role: 'viewer' }, headers);
    expect(await entries(`subject=${String(body['id'])}`)).toHaveLength(1);
  });

  test('can be changed or removed by no login role of the product', async () => {
    for (const url of [database.platformUrl, database.appUrl]) {
      for (const sql of [
        `update leasehold.audit_events set actor = 'nobody'`,
        'delete from leasehold.audit_events',
        'truncate leasehold.audit_events',
      ])
        await expect(asRole(url, sql)).rejects.toThrow(/permission denied/);
    }
  });
});

describe('GET /v1/audit-events', () => {
  test('finds by actor, subject, action, tenant and time', async () => {
    const [first] = await entries(`tenantId=${acme}&action=tenant.create`);
    expect(first).toMatchObject({ subject: acme, tenantId: acme });
    const actor = encodeURIComponent(String(first?.['actor']));
    expect((await entries(`actor=${actor}&subject=${acme}`)).length).toBeGreaterThan(0);
    expect(await entries('actor=key:key_nobody')).toEqual([]);
    const at = encodeURIComponent(String(first?.['at']));
    const known = { id: first?.['id'] };
    expect(await entries(`subject=${acme}&since=${at}`)).toContainEqual(expect.objectContaining(known));
    expect(await entries(`subject=${acme}&until=${at}`)).not.toContainEqual(expect.objectContaining(known));
    expect((await api.admin.get('/v1/audit-events?since=yesterday')).status).toBe(400);
  });

  test("a client's admin finds what was done to its tenant alone, and a tenant-viewer nothing", async () => {
    await api.admin.post('/v1/tenants', { slug: 'other', displayName: 'O', template: 'counter' });
    const key = async (role: string): Promise<string> =>
      String((await api.admin.post('/v1/api-keys', { name: role, role, tenantId: acme })).body['key']);
    const seen = itemsOf(await api.as(await key('tenant-admin')).get('/v1/audit-events?limit=500'));
    expect(new Set(seen.map(({ tenantId }) => tenantId))).toEqual(new Set([acme]));
    expect((await api.as(await key('tenant-viewer')).get('/v1/audit-events')).status).toBe(403);
  });
});

async function asRole(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
