import { testDatabase } from '@leasehold/test-support';
import pg from 'pg';
import { expect, test } from 'vitest';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test('every table with a tenant column is closed by row-level security, also for its owner', async () => {
  const db = await testDatabase();
  const open = await query(
    db.ownerUrl,
    `select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'leasehold' and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)
       and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')`,
  );
  expect(open).toEqual([]);
  await db.drop();
});

test('no login role may bypass row-level security or owns a table', async () => {
  const db = await testDatabase();
  expect(
    await query(
      db.ownerUrl,
      `select rolname from pg_roles where rolname like 'leasehold\\_%' and rolname <> 'leasehold_owner' and (rolbypassrls or rolsuper)`,
    ),
  ).toEqual([]);
  expect(
    await query(
      db.ownerUrl,
      `select tablename from pg_tables where schemaname in ('leasehold', 'twin', 'pulumi') and tableowner <> 'leasehold_owner'`,
    ),
  ).toEqual([]);
  await db.drop();
});

test('a tenant role without a tenant sees nothing, and cannot become the platform role', async () => {
  const db = await testDatabase();
  expect(await query(db.appUrl, 'select * from leasehold.tenants')).toEqual([]);
  await expect(query(db.appUrl, 'set role leasehold_platform')).rejects.toThrow(/permission denied/);
  await expect(query(db.gatewayUrl, 'select * from leasehold.tenants')).rejects.toThrow(/permission denied/);
  await db.drop();
});
