import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../../testing/api-under-test.js';
import { below, startOtlpReceiver, type OtlpReceiver } from '../../testing/otlp-receiver.js';
import { execute, seedCatalog } from '../../testing/seeded-catalog.js';
import { until } from '../../testing/until.js';
import { startTracing } from './start-tracing.js';
import type { RunningTracing } from './tracing-sdk.js';

let database: TestDatabase;
let receiver: OtlpReceiver;
let tracing: RunningTracing;
let api: ApiUnderTest;

beforeAll(async () => {
  database = await testDatabase();
  receiver = await startOtlpReceiver();
  tracing = await startTracing(receiver.url, 'api');
  api = await startApi(database);
  await seedCatalog(api.admin, database.ownerUrl);
});
afterAll(async () => {
  await api.stop();
  await tracing.stop();
  await receiver.stop();
  await database.drop();
});

test("a request joins its caller's trace, its transaction is a part of it, and its operation keeps it for the worker", async () => {
  const traceId = 'a'.repeat(31) + '1';
  const caller = 'b'.repeat(16);
  const traceparent = `00-${traceId}-${caller}-01`;
  const { body } = await api.admin.post(
    '/v1/tenants',
    { slug: 'traced', displayName: 'T', template: 'counter' },
    { traceparent },
  );
  const request = await until(
    () =>
      Promise.resolve(
        receiver.spans.find((span) => span.traceId === traceId && span.name === 'POST /v1/tenants'),
      ),
    'the span of the request',
  );
  expect(request.parentSpanId).toBe(caller);
  expect(request.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 202 } });
  expect(below(receiver.spans, request.spanId)).toEqual(['transaction']);
  const [operation] = await execute(
    database.ownerUrl,
    'select traceparent from leasehold.operations where id = $1',
    [body['id']],
  );
  expect(operation).toMatchObject({
    traceparent: expect.stringMatching(new RegExp(`^00-${traceId}-`)) as string,
  });
});

test('what happens by the clock makes no traces', () => {
  const roots = receiver.spans.filter(({ parentSpanId = '' }) => parentSpanId === '').map(({ name }) => name);
  expect(roots.filter((name) => !/^(GET|POST) /.test(name))).toEqual([]);
});
