import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { counterImage, counterManifest, seedCatalog } from '../testing/seeded-catalog.js';

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

const flag = { name: 'newPricing', owner: 'team-counter', lastDay: '2999-12-31', default: false };

async function release(version: string, flags?: object[]): Promise<number> {
  const manifest = { ...counterManifest, version, ...(flags && { flags }) };
  const body = { version, image: counterImage, manifest };
  return (await api.admin.post('/v1/templates/counter/releases', body)).status;
}

test('a template shows the feature flags of its latest release, and which of them should be gone', async () => {
  const shown = async (): Promise<unknown> => (await api.admin.get('/v1/templates/counter')).body['flags'];
  expect(await shown()).toEqual([]);
  const old = { ...flag, name: 'oldPage', lastDay: '2020-01-31' };
  expect(await release('1.1.0', [flag, old])).toBe(201);
  expect(await shown()).toEqual([
    { ...flag, expired: false },
    { ...old, expired: true },
  ]);
  expect(await release('1.2.0')).toBe(201);
  expect(await shown()).toEqual([]);
});

test('a release whose flag has no owner is refused', async () => {
  expect(await release('1.3.0', [{ ...flag, owner: '' }])).toBe(422);
});
