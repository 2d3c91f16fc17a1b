import { randomBytes } from 'node:crypto';
import { roleUrl, type RolePasswords } from '@leasehold/migrations';
import pg from 'pg';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    postgresOwnerUrl: string;
    postgresTemplate: string;
  }
}

/** The database that the test run's set-up migrates and nobody else writes to. */
export const templateDatabase = 'leasehold';

export const testPasswords: RolePasswords = {
  leasehold_app: 'app',
  leasehold_platform: 'platform',
  leasehold_twin: 'twin',
  leasehold_gateway: 'gateway',
};

export interface TestDatabase {
  readonly name: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly platformUrl: string;
  readonly twinUrl: string;
  readonly gatewayUrl: string;
  /** Cuts what is still connected and removes the database. */
  drop(): Promise<void>;
}

/** A database of the test's own, with the newest schema and no rows. */
export async function testDatabase(): Promise<TestDatabase> {
  const serverUrl = inject('postgresOwnerUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = serverUrl.replace('/leasehold?', '/postgres?');
  await execute(admin, `create database ${name} template ${inject('postgresTemplate')}`);
  const ownerUrl = serverUrl.replace('/leasehold?', `/${name}?`);
  return {
    name,
    ownerUrl,
    appUrl: roleUrl(ownerUrl, 'leasehold_app', testPasswords),
    platformUrl: roleUrl(ownerUrl, 'leasehold_platform', testPasswords),
    twinUrl: roleUrl(ownerUrl, 'leasehold_twin', testPasswords),
    gatewayUrl: roleUrl(ownerUrl, 'leasehold_gateway', testPasswords),
    drop: () => execute(admin, `drop database ${name} with (force)`),
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
