import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { describeMetrics } from '../platform/telemetry/metrics-document.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import { seedCatalog } from '../testing/seeded-catalog.js';

let database: TestDatabase;
let api: ApiUnderTest;

beforeAll(async () => {
  database = await testDatabase();
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
  await api.admin.post('/v1/tenants', { slug: 'measured', displayName: 'M', template: 'counter' });
  await api.admin.get('/v1/tenants/measured');
  await api.admin.get('/v1/tenants/nobody');
});
afterAll(async () => {
  await api.stop();
  await database.drop();
});

async function scraped(): Promise<string[]> {
  return String((await api.as(undefined).get('/metrics')).body['text']).split('\n');
}

test('a scrape tells of what waits and of every request by its route', async () => {
  const lines = await scraped();
  expect(lines).toContain('leasehold_tenants{state="provisioning"} 1');
  expect(lines).toContain('leasehold_operations_live{state="queued"} 1');
  expect(lines).toContain('leasehold_queue_jobs{state="created"} 1');
  const requests = lines.filter((line) => line.startsWith('leasehold_http_request_duration_seconds_count'));
  expect(requests).toContainEqual(
    expect.stringMatching(/method="GET",route="\/v1\/tenants\/:id",status_class="4xx"} 1$/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^leasehold_build_info{version="\d.*role="api"} 1$/));
});

test('no label holds anything that a client has chosen', async () => {
  expect(
    (await scraped()).filter((line) => /\bmeasured\b(?! in)|nobody|(ten|op)_[0-9a-z]{26}/.test(line)),
  ).toEqual([]);
});

test('what the program measures is what docs/metrics.md lists', () => {
  const names = (metrics: Metrics): string[] => describeMetrics(metrics.registry).map(({ name }) => name);
  expect(names(api.app.nest.get(Metrics))).toEqual(names(new Metrics()));
});
