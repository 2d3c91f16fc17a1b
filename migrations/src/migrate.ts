import pg from 'pg';
import { getConstructionPlans } from 'pg-boss';
import { DataSource } from 'typeorm';
import { postgresMigrations } from './postgres/index.js';
import { ensureRoles, type RolePasswords } from './roles.js';

/** Programs that start at once take turns; the number is this product's own. */
const migrationLock = 7_327_001;

/**
 * Brings a database to the newest schema: login roles, the migrations that have not run yet, the job queue's schema.
 * Safe to repeat and to run twice at once.
 */
export async function migrate(ownerUrl: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    await ensureRoles(client, passwords);
    await runMigrations(ownerUrl);
    await ensureQueue(client);
  } finally {
    await client.end();
  }
}

async function runMigrations(ownerUrl: string): Promise<void> {
  const source = new DataSource({
    type: 'postgres',
    extra: { connectionString: ownerUrl },
    migrations: postgresMigrations,
    migrationsTableName: 'leasehold_migrations',
  });
  await source.initialize();
  try {
    await source.runMigrations({ transaction: 'each' });
  } finally {
    await source.destroy();
  }
}

async function ensureQueue(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ present: boolean }>(
    `select to_regnamespace('pgboss') is not null as present`,
  );
  if (!rows[0]?.present) await client.query(getConstructionPlans('pgboss'));
  await client.query(`
    grant usage, create on schema pgboss to leasehold_platform;
    grant all on all tables in schema pgboss to leasehold_platform;
    grant all on all sequences in schema pgboss to leasehold_platform;
    grant execute on all functions in schema pgboss to leasehold_platform;
  `);
}
