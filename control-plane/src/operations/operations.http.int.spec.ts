import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.js';
import type { TestCaller } from '../testing/test-caller.js';
import { EngineBench, makeWorld } from './testing/engine-bench.js';

let db: TestDatabase;
let api: ApiUnderTest;
let bench: EngineBench;
let viewer: TestCaller;

beforeAll(async () => {
  db = await testDatabase();
  await makeWorld(db.ownerUrl);
  bench = await EngineBench.open(db);
  api = await startApi(db);
  viewer = api.as(
    String((await api.admin.post('/v1/api-keys', { name: 'eyes', role: 'viewer' })).body['key']),
  );
});

afterAll(async () => {
  await api.stop();
  await bench.close();
  await db.drop();
});

const pageSchema = z.object({ nextCursor: z.string().nullable() });

interface Told {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly data: Record<string, unknown> };
}

/** The events of an operation's stream, which must end by itself. */
async function follow(id: string, lastEventId?: string): Promise<Told[]> {
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const signal = AbortSignal.timeout(15_000);
  const answer = await viewer.fetch('GET', `/v1/operations/${id}/events`, { headers, signal });
  expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const blocks = (await answer.text()).split('\n\n').filter((block) => block.includes('\ndata: '));
  return blocks.map((block) => {
    const field = (name: string): string =>
      block
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2) ?? '';
    return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) as Told['data'] };
  });
}

const storyOf = (told: Told[]): string[] =>
  told
    .filter(({ event }) => event !== 'operation.progress')
    .map(({ data: { data } }) => [data['name'], data['state']].filter(Boolean).join(' '));

describe('an operation’s stream', () => {
  test('tells it from the beginning, live, and ends with it', async () => {
    const { id } = await bench.start({ name: 'live', waitAt: 'apply' });
    const following = follow(id);
    await bench.waitingAt(id, 'apply');
    await bench.go('live');
    const told = await following;
    expect(storyOf(told).slice(0, 3)).toEqual(['queued', 'running', 'reserve running']);
    expect(storyOf(told).slice(-2)).toEqual(['activate succeeded', 'succeeded']);
    expect(told.some(({ event }) => event === 'operation.progress')).toBe(true);
  });

  test('goes on after the last event that the reader has seen, without gaps or repeats', async () => {
    const { id } = await bench.start({ name: 'twice' });
    await bench.ended(id);
    const all = await follow(id);
    for (const seen of [0, 4, all.length - 2]) {
      expect(await follow(id, all[seen]!.id)).toEqual(all.slice(seen + 1));
    }
    expect(await follow(id, all.at(-1)!.id)).toEqual([]);
  });

  test('does not end at the end of an earlier life', async () => {
    const { id } = await bench.start({ name: 'second-life', failAt: 'apply' });
    await bench.ended(id);
    await bench.query(`update leasehold.operations set input = input - 'failAt' where id = $1`, [id]);
    expect((await api.admin.post(`/v1/operations/${id}/resume`)).status).toBe(202);
    await bench.ended(id);
    const story = storyOf(await follow(id));
    expect(story).toContain('failed');
    expect(story.at(-1)).toBe('succeeded');
  });
});

describe('a caller', () => {
  test('cancels, resumes and rolls back, and is told where to look', async () => {
    const { id } = await bench.start({ name: 'steered', waitAt: 'publish' });
    await bench.waitingAt(id, 'publish');
    const cancelled = await api.admin.post(`/v1/operations/${id}/cancel`);
    expect(cancelled).toMatchObject({ status: 202, body: { id, state: 'cancelling' } });
    expect(cancelled.headers.get('location')).toBe(`/v1/operations/${id}`);
    await bench.ended(id);
    expect(await api.admin.post(`/v1/operations/${id}/resume`)).toMatchObject({
      status: 202,
      body: { state: 'queued' },
    });
    await bench.waitingAt(id, 'publish');
    expect(await api.admin.post(`/v1/operations/${id}/rollback`)).toMatchObject({
      status: 202,
      body: { state: 'cancelling' },
    });
    await bench.ended(id);
    expect(await api.admin.get(`/v1/operations/${id}`)).toMatchObject({
      status: 200,
      body: { state: 'rolled_back' },
    });
  });

  test('is refused with the reason when the state does not allow it', async () => {
    const { id } = await bench.start({ name: 'over' });
    await bench.ended(id);
    for (const [event, detail] of [
      ['cancel', 'The operation is succeeded; there is nothing to cancel.'],
      ['resume', 'The operation is succeeded; there is nothing to resume.'],
      [
        'rollback',
        'The operation is succeeded; what it made is taken away by a new operation, such as deleting the tenant.',
      ],
    ]) {
      const refused = await api.admin.post(`/v1/operations/${id}/${event}`);
      expect(refused).toMatchObject({ status: 409, body: { code: 'state_does_not_allow', detail } });
    }
  });

  test('without the right role may look but not steer', async () => {
    const { id } = await bench.start({ name: 'looked-at', waitAt: 'apply' });
    await bench.waitingAt(id, 'apply');
    expect((await viewer.get(`/v1/operations/${id}`)).status).toBe(200);
    expect((await viewer.post(`/v1/operations/${id}/cancel`)).status).toBe(403);
    expect((await api.as(undefined).get(`/v1/operations/${id}`)).status).toBe(401);
    await bench.go('looked-at');
    expect((await bench.ended(id)).state).toBe('succeeded');
  });

  test('who asks for an operation that is not there gets 404', async () => {
    expect((await viewer.get('/v1/operations/op_00000000000000000000000000')).status).toBe(404);
    expect((await viewer.get('/v1/operations/op_00000000000000000000000000/events')).status).toBe(404);
    expect((await api.admin.post('/v1/operations/op_00000000000000000000000000/cancel')).status).toBe(404);
  });

  test('pages through all operations, newest first, each once', async () => {
    for (let i = 0; i < 5; i++) await bench.ended((await bench.start({ name: `paged-${i}` })).id);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await viewer.get(`/v1/operations?limit=2${cursor}`);
      const items = page.body['items'] as { id: string }[];
      seen.push(...items.map(({ id }) => id));
      const { nextCursor } = pageSchema.parse(page.body);
      cursor = nextCursor === null ? '' : `&cursor=${nextCursor}`;
    } while (cursor);
    const all = await bench.query<{ id: string }>('select id from leasehold.operations order by id desc');
    expect(seen).toEqual(all.map(({ id }) => id));
    expect((await viewer.get('/v1/operations?state=rolled_back')).body['items']).toHaveLength(1);
    expect((await viewer.get('/v1/operations?cursor=zzz')).status).toBe(400);
    expect((await viewer.get('/v1/operations?state=odd')).status).toBe(400);
  });
});
