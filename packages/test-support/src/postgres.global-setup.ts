import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@leasehold/embedded-postgres';
import { migrate } from '@leasehold/migrations';
import type { TestProject } from 'vitest/node';
import { templateDatabase, testPasswords } from './test-database.js';

/** One server for a test run; its migrated database is the template that each test's own is cloned from. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lh-pg-'));
  const server = await startPostgres({ folder, ownerPassword: 'test', durable: false });
  await migrate(server.ownerUrl, testPasswords);
  project.provide('postgresOwnerUrl', server.ownerUrl);
  project.provide('postgresTemplate', templateDatabase);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
