import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemContext } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute, seedCatalog } from '../testing/seeded-catalog.js';
import { itemsOf, type TestCaller } from '../testing/test-caller.js';
import { ArchiveKeeper } from './schedule/archive-keeper.js';

let database: TestDatabase;
let api: ApiUnderTest;
let owner: TestCaller;
let neighbour: TestCaller;
let viewer: TestCaller;
let acme: string;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  acme = await active('acme');
  const globex = await active('globex');
  owner = await keyOf({ name: 'owner', role: 'tenant-admin', tenantId: acme });
  neighbour = await keyOf({ name: 'neighbour', role: 'tenant-admin', tenantId: globex });
  viewer = await keyOf({ name: 'viewer', role: 'viewer' });
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const sql = (text: string, ...values: unknown[]) => execute(database.ownerUrl, text, values);
const keyOf = async (body: object): Promise<TestCaller> =>
  api.as(String((await api.admin.post('/v1/api-keys', body)).body['key']));
const end = (tenantId: string) =>
  sql(`update leasehold.operations set state = 'succeeded', ended_at = now() where tenant_id = $1`, tenantId);

async function active(slug: string): Promise<string> {
  const wanted = { slug, displayName: slug, template: 'counter' };
  const { tenantId } = (await api.admin.post('/v1/tenants', wanted)).body;
  await end(String(tenantId));
  await sql(`update leasehold.tenants set state = 'active' where id = $1`, tenantId);
  return String(tenantId);
}

/** As the operation leaves it. */
async function complete(noun: 'backups' | 'exports', tenant: string): Promise<string> {
  expect(
    await api.admin.post(`/v1/tenants/${tenant}/${noun}`, noun === 'backups' ? {} : undefined),
  ).toMatchObject({
    status: 202,
  });
  await end(tenant);
  const [archive] = itemsOf(await api.admin.get(`/v1/tenants/${tenant}/${noun}`));
  await sql(
    `update leasehold.archives set state = 'complete', sha256 = repeat('a', 64), expires_at = now() + interval '1 day' where id = $1`,
    archive?.['id'],
  );
  return String(archive?.['id']);
}

describe('a backup', () => {
  test('is one at a time, is not restored while it is written, and not while the workload runs', async () => {
    const asked = await api.admin.post(`/v1/tenants/${acme}/backups`, { keepDays: 3 });
    expect(asked).toMatchObject({ status: 202, body: { kind: 'tenant.backup', state: 'queued' } });
    expect(await api.admin.post(`/v1/tenants/${acme}/backups`, {})).toMatchObject({
      status: 409,
      body: { code: 'operation_in_progress' },
    });
    const [written] = itemsOf(await api.admin.get(`/v1/tenants/${acme}/backups`));
    expect(written).toMatchObject({ state: 'writing', cause: 'request', purpose: 'backup', sha256: null });
    const path = `/v1/tenants/${acme}/backups/${String(written?.['id'])}`;
    expect(await api.admin.post(`${path}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'archive_incomplete' },
    });
    expect(await api.admin.send('DELETE', path, {})).toMatchObject({ status: 409 });
    await end(acme);
    const done = await complete('backups', acme);
    expect(await api.admin.post(`/v1/tenants/${acme}/backups/${done}/restore`)).toMatchObject({
      status: 409,
      body: { code: 'wrong_state' },
    });
  });

  test('is not restored beside a restore that stopped, except what that one has put aside; nor is the tenant resumed', async () => {
    const backup = await complete('backups', acme);
    const safeguard = await complete('backups', acme);
    await sql(`update leasehold.archives set purpose = 'safeguard' where id = $1`, safeguard);
    await sql(`update leasehold.tenants set state = 'suspended' where id = $1`, acme);
    await sql(
      `insert into leasehold.row_key_prefixes (prefix, tenant_id, namespace, state) values ('0123456789', $1, 't-acme', 'held')`,
      acme,
    );
    const restore = (id: string) => api.admin.post(`/v1/tenants/${acme}/backups/${id}/restore`);
    expect(await restore(backup)).toMatchObject({ status: 409, body: { code: 'restore_unfinished' } });
    expect(await api.admin.post(`/v1/tenants/${acme}/resume`)).toMatchObject({
      status: 409,
      body: { code: 'rows_held' },
    });
    expect((await restore(safeguard)).status).toBe(202);
    await end(acme);
    await sql(`delete from leasehold.row_key_prefixes where prefix = '0123456789'`);
    await sql(`update leasehold.tenants set state = 'active' where id = $1`, acme);
  });

  test.each([
    ['no days', { keepDays: 0 }],
    ['too many', { keepDays: 91 }],
    ['a part of one', { keepDays: 1.5 }],
    ['another field', { days: 3 }],
  ])('with %s is refused', async (_, body) => {
    expect((await api.admin.post(`/v1/tenants/${acme}/backups`, body)).status).toBe(400);
  });

  test('that is removed is gone for its callers at once', async () => {
    const path = `/v1/tenants/${acme}/backups/${await complete('backups', acme)}`;
    expect((await api.admin.send('DELETE', path, {})).status).toBe(204);
    expect((await api.admin.get(path)).status).toBe(404);
    expect((await api.admin.post(`${path}/restore`)).status).toBe(404);
    expect((await api.admin.send('DELETE', path, {})).status).toBe(404);
  });

  test('is not an export, nor the other way round', async () => {
    const backup = await complete('backups', acme);
    const exported = await complete('exports', acme);
    expect((await api.admin.get(`/v1/tenants/${acme}/exports/${backup}`)).status).toBe(404);
    expect((await api.admin.get(`/v1/tenants/${acme}/backups/${exported}`)).status).toBe(404);
    expect((await api.admin.post(`/v1/tenants/${acme}/backups/${exported}/restore`)).status).toBe(404);
  });
});

describe('the owner of the rows', () => {
  test('starts an export, one at a time and five in all, sees it and takes it away', async () => {
    await sql('delete from leasehold.archives where tenant_id = $1', acme);
    const started = await owner.post(`/v1/tenants/${acme}/exports`, undefined, { 'idempotency-key': 'mine' });
    expect(started).toMatchObject({ status: 202, body: { kind: 'tenant.export', state: 'queued' } });
    const again = await owner.post(`/v1/tenants/${acme}/exports`, undefined, { 'idempotency-key': 'mine' });
    expect(again).toMatchObject({ status: 202, body: { id: started.body['id'] } });
    expect(await owner.post(`/v1/tenants/${acme}/exports`)).toMatchObject({
      status: 409,
      body: { code: 'operation_in_progress' },
    });
    expect((await owner.get(`/v1/operations/${String(started.body['id'])}`)).status).toBe(200);
    await end(acme);
    for (let more = 0; more < 4; more++) {
      expect((await owner.post(`/v1/tenants/${acme}/exports`)).status).toBe(202);
      await end(acme);
    }
    expect(await owner.post(`/v1/tenants/${acme}/exports`)).toMatchObject({
      status: 409,
      body: { code: 'too_many_exports' },
    });
    await sql(
      `update leasehold.archives set state = 'complete', sha256 = repeat('a', 64) where tenant_id = $1`,
      acme,
    );
    const [newest] = itemsOf(await owner.get(`/v1/tenants/${acme}/exports`));
    const path = `/v1/tenants/${acme}/exports/${String(newest?.['id'])}`;
    expect((await neighbour.send('DELETE', path, {})).status).toBe(404);
    expect((await owner.send('DELETE', path, {})).status).toBe(204);
    expect((await owner.get(path)).status).toBe(404);
    expect((await owner.post(`/v1/tenants/${acme}/exports`)).status).toBe(202);
    await end(acme);
  });

  test('starts no export of another tenant, and its database role nothing but an export of its own', async () => {
    expect((await neighbour.post(`/v1/tenants/${acme}/exports`)).status).toBe(404);
    const uow = api.app.nest.get(UnitOfWork);
    const system = systemContext('test', pino({ level: 'silent' }));
    const mallory = { ...system, actor: { id: 'key_x', role: 'tenant-admin' as const, tenantId: acme } };
    const insert = (kind: string, tenantId: string): Promise<unknown> =>
      uow.run(mallory, (tx) =>
        tx.query(
          `insert into leasehold.operations (id, kind, subject, tenant_id, requested_by, request_id) values ('op_x', $1, $2, $2, 'x', 'x')`,
          [kind, tenantId],
        ),
      );
    await expect(insert('tenant.purge', acme)).rejects.toThrow(/row-level security/);
    await expect(insert('tenant.export', 'ten_other')).rejects.toThrow(/row-level security/);
    for (const text of [
      `update leasehold.archives set state = 'complete'`,
      `update leasehold.operations set state = 'succeeded'`,
      `select * from pgboss.job`,
    ])
      await expect(uow.run(mallory, (tx) => tx.query(text))).rejects.toThrow(/permission denied/);
  });

  test('sees backups, and makes, removes and restores none', async () => {
    const backup = await complete('backups', acme);
    expect((await owner.get(`/v1/tenants/${acme}/backups/${backup}`)).status).toBe(200);
    expect((await owner.post(`/v1/tenants/${acme}/backups`, {})).status).toBe(403);
    expect((await owner.post(`/v1/tenants/${acme}/backups/${backup}/restore`)).status).toBe(403);
  });

  test('is nobody else: a neighbour finds neither exports nor backups, by any path', async () => {
    const exported = await complete('exports', acme);
    const backup = await complete('backups', acme);
    for (const path of [
      `/v1/tenants/${acme}/exports`,
      `/v1/tenants/${acme}/exports/${exported}`,
      `/v1/tenants/${acme}/exports/${exported}/content`,
      `/v1/tenants/${acme}/backups/${backup}`,
      `/v1/tenants/globex/exports/${exported}`,
      `/v1/tenants/globex/exports/${exported}/content`,
      `/v1/tenants/globex/backups/${backup}`,
    ])
      expect([path, (await neighbour.get(path)).status]).toEqual([path, 404]);
  });

  test('is not a viewer of the platform, who downloads nothing', async () => {
    const exported = await complete('exports', acme);
    expect((await viewer.get(`/v1/tenants/${acme}/exports/${exported}`)).status).toBe(200);
    expect((await viewer.get(`/v1/tenants/${acme}/exports/${exported}/content`)).status).toBe(403);
  });
});

describe('the keeper', () => {
  const round = () => api.app.nest.get(ArchiveKeeper).round(systemContext('test', pino({ level: 'silent' })));
  const backupsOf = async (id: string, filter: string) =>
    itemsOf(await api.admin.get(`/v1/tenants/${id}/backups?filter=${encodeURIComponent(filter)}`));

  test('backs up what its plan says, once in that time, and not a busy tenant', async () => {
    const plan = (backup: object | null) =>
      sql(`update leasehold.plans set spec = jsonb_set(spec, '{backup}', $1)`, JSON.stringify(backup));
    // There is no object store here to take the objects of removed ones from.
    await sql('delete from leasehold.archives where removed_at is not null');
    await plan(null);
    const kept = await active('kept');
    const busy = await active('busy');
    await sql(`update leasehold.tenants set created_at = now() - interval '3 hours' where id = any ($1)`, [
      kept,
      busy,
    ]);
    expect((await round()).started).toBe(0);
    await plan({ everyHours: 2, keepDays: 5 });
    await api.admin.post(`/v1/tenants/${busy}/reconcile`);
    expect((await round()).started).toBe(1);
    expect((await round()).started).toBe(0);
    expect(await backupsOf(kept, 'cause = "schedule"')).toHaveLength(1);
    await end(kept);
    await sql(
      `update leasehold.archives set created_at = now() - interval '2 hours' where tenant_id = $1`,
      kept,
    );
    expect((await round()).started).toBe(1);
    await end(busy);
    expect((await round()).started).toBe(1);
    await plan(null);
  });
});
