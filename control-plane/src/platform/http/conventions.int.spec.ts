import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { startApi, type ApiUnderTest } from '../../testing/api-under-test.js';
import { seedCatalog } from '../../testing/seeded-catalog.js';
import { wrongKeyLimit } from './rate-limits.js';

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

const onboard = async (slug: string): Promise<string> => {
  const { body } = await api.admin.post('/v1/tenants', { slug, displayName: slug, template: 'counter' });
  return String(body['id']);
};

describe('entity tags', () => {
  test('a reader that has the newest spec gets 304 without a body, and any other the whole', async () => {
    const operation = await onboard('acme');
    for (const path of [
      '/v1/tenants/acme',
      '/v1/plans/free',
      '/v1/cells/local',
      '/v1/templates/counter',
      `/v1/operations/${operation}`,
    ]) {
      const first = await api.admin.get(path);
      const etag = String(first.headers.get('etag'));
      expect({ path, status: first.status, etag }).toMatchObject({
        status: 200,
        etag: expect.stringMatching(/^".+"$/) as unknown,
      });
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await api.admin.get(path, { 'if-none-match': tag });
        expect({ path, tag, status: again.status, body: again.body }).toEqual({
          path,
          tag,
          status: 304,
          body: { text: '' },
        });
        expect(again.headers.get('etag')).toBe(etag);
      }
      expect((await api.admin.get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    }
  });
});

describe('Prefer: wait', () => {
  test('holds the answer back until the operation has ended', async () => {
    const id = await onboard('waiting');
    const waiting = api.admin.get(`/v1/operations/${id}`, { prefer: 'respond-async, wait=30' });
    await api.admin.post(`/v1/operations/${id}/cancel`);
    const answer = await waiting;
    expect(answer).toMatchObject({ status: 200, body: { id, state: 'cancelled' } });
    expect(answer.headers.get('preference-applied')).toBe('wait=30');
  });

  test('gives the operation as it is when the time is over, and at once when it has ended', async () => {
    const id = await onboard('patient');
    const late = await api.admin.get(`/v1/operations/${id}`, { prefer: 'wait=1' });
    expect(late).toMatchObject({ status: 200, body: { state: 'queued' } });
    await api.admin.post(`/v1/operations/${id}/cancel`);
    const ended = await api.admin.get(`/v1/operations/${id}`, { prefer: 'wait=60' });
    expect(ended.body).toMatchObject({ state: 'cancelled' });
  });

  test('of a change answers 200 with the operation that has ended, else 202', async () => {
    const body = { slug: 'changed', displayName: 'C', template: 'counter' };
    const late = await api.admin.post('/v1/tenants', body, { prefer: 'wait=1' });
    expect(late).toMatchObject({ status: 202, body: { state: 'queued' } });
    const cancelled = await api.admin.post(`/v1/operations/${String(late.body['id'])}/cancel`, undefined, {
      prefer: 'wait=5',
    });
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled' } });
  });

  test('or not: an operation that its caller ends is measured like one that a worker ends', async () => {
    const name = 'leasehold_operation_duration_seconds_count{kind="tenant.create",result="cancelled"} ';
    const ended = async (): Promise<number> => {
      const text = String((await api.as(undefined).get('/metrics')).body['text']);
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(name))
          ?.slice(name.length) ?? 0,
      );
    };
    const before = await ended();
    await api.admin.post(`/v1/operations/${await onboard('measured')}/cancel`);
    expect(await ended()).toBe(before + 1);
  });

  test('that is no number of seconds is refused', async () => {
    const id = await onboard('hasty');
    expect(await api.admin.get(`/v1/operations/${id}`, { prefer: 'wait=soon' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_prefer' },
    });
  });
});

describe('rate limits', () => {
  test('tell how much is left, and refuse what is too much with the time to wait', async () => {
    const made = await api.admin.post('/v1/api-keys', {
      name: 'slow',
      role: 'viewer',
      rateLimit: { quota: 3, windowSeconds: 3600 },
    });
    expect(made.body).toMatchObject({ rateLimit: { quota: 3, windowSeconds: 3600 } });
    const caller = api.as(String(made.body['key']));
    const first = await caller.get('/v1/plans');
    expect(first.headers.get('ratelimit-policy')).toBe('"key";q=3;w=3600');
    expect(first.headers.get('ratelimit')).toBe('"key";r=2;t=1200');
    await caller.get('/v1/plans');
    // What is refused for another reason counts as well.
    expect((await caller.post('/v1/plans', {})).status).toBe(403);
    const refused = await caller.get('/v1/plans');
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', retryable: true } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1000);
    expect(refused.headers.get('ratelimit')).toMatch(/^"key";r=0;t=\d+$/);
    expect((await api.admin.get('/v1/plans')).status).toBe(200);
  });

  test('an address that guesses keys is refused, while a key that was right before goes on', async () => {
    const guesser = api.as(`lh_${'0'.repeat(52)}`);
    const statuses: number[] = [];
    for (let n = 0; n <= wrongKeyLimit.quota; n++) statuses.push((await guesser.get('/v1/plans')).status);
    expect(statuses.slice(0, wrongKeyLimit.quota)).toEqual(
      Array.from({ length: wrongKeyLimit.quota }, () => 401),
    );
    const refused = await guesser.get('/v1/plans');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_wrong_keys' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await api.admin.get('/v1/plans')).status).toBe(200);
    expect((await api.as(undefined).get('/v1/plans')).status).toBe(401);
    expect((await api.as(undefined).get('/healthz')).status).toBe(200);
  });
});
