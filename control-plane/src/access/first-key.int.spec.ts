import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { execute } from '../testing/seeded-catalog.js';
import { until } from '../testing/until.js';
import { FirstKeyService } from './first-key.service.js';

let database: TestDatabase;
let api: ApiUnderTest;
let file: string;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  file = join(api.dataDir, 'admin.key');
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

const ensure = (): Promise<void> => api.app.nest.get(FirstKeyService).ensure();
const keys = (): Promise<unknown[]> => execute(database.ownerUrl, `select id from leasehold.api_keys`);

describe('the admin key of the data directory', () => {
  test('the first start makes it, for its owner’s eyes alone', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await api.admin.get('/v1/api-keys')).status).toBe(200);
  });

  test('the next start leaves it as it is, also several at once', async () => {
    const before = await readFile(file, 'utf8');
    await Promise.all([ensure(), ensure(), ensure()]);
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await keys()).toHaveLength(1);
  });

  test('a lost file is not replaced unasked: the key may be kept elsewhere', async () => {
    await rm(file);
    await ensure();
    await expect(stat(file)).rejects.toThrow('ENOENT');
    expect(await keys()).toHaveLength(1);
  });

  test('an empty file in its place asks for a new one', async () => {
    await writeFile(file, '');
    await ensure();
    const key = (await readFile(file, 'utf8')).trim();
    expect((await api.as(key).get('/v1/api-keys')).status).toBe(200);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('only its hash is in the database', async () => {
    const rows = await execute(
      database.ownerUrl,
      `select secret_hash, octet_length(secret_hash) as bytes from leasehold.api_keys`,
    );
    expect(rows).toMatchObject([{ bytes: 32 }, { bytes: 32 }]);
  });
});

test('when a key was used last is written after a while, at the latest when the program stops', async () => {
  const second = await startApi(database, api.admin.key);
  expect((await second.admin.get('/v1/api-keys')).status).toBe(200);
  await second.stop();
  await until(
    async () =>
      (await execute(database.ownerUrl, `select 1 from leasehold.api_keys where last_used_at is not null`))
        .length > 0,
    'a time of last use',
  );
});
