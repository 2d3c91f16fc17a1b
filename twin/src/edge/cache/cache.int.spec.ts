import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resourceTypes } from '../../inventory/resource-types.js';
import { eventually } from '../../testing/eventually.js';
import { hostnameOfClient } from '../../testing/local-cloud.js';
import { TwinUnderTest } from '../../testing/twin-under-test.js';

let under: TwinUnderTest;
beforeAll(async () => {
  under = await TwinUnderTest.open();
});
afterAll(() => under.dispose());
beforeEach(async () => {
  await under.setUp();
  await under.serving('acme');
});
afterEach(() => under.tearDown());

async function ask(query: string, headers: Record<string, string> = {}, slug = 'acme', method = 'GET') {
  const more = { method, headers: { host: hostnameOfClient(slug), ...headers } };
  const answer = await under.openRequest(slug, `/asset?${query}`, more);
  return {
    status: answer.statusCode,
    body: await text(answer),
    cache: String(answer.headers['cache-status'] ?? ''),
    age: answer.headers.age,
  };
}

describe('The edge keeps an answer', () => {
  it('for as long as its origin says, for GET and HEAD, and tells so', async () => {
    expect(await ask('cc=max-age=60')).toMatchObject({
      body: '1 ',
      cache: 'leasehold-edge; fwd=uri-miss; stored',
      age: undefined,
    });
    const hit = await ask('cc=max-age=60');
    expect(hit).toMatchObject({ status: 200, body: '1 ', age: expect.stringMatching(/^\d+$/) as string });
    expect(hit.cache).toMatch(/^leasehold-edge; hit; ttl=(60|5\d)$/);
    expect(await ask('cc=max-age=60', {}, 'acme', 'HEAD')).toMatchObject({ status: 200, body: '' });
    expect((await ask('cc=max-age=60', {}, 'acme', 'POST')).body).toBe('2 ');
  });

  it.each([
    'cc=no-store',
    'cc=private,max-age=60',
    'cc=max-age=60&cookie=a',
    'cc=max-age=60&vary=Cookie',
    '',
  ])('not when its origin says %s', async (query) => {
    expect((await ask(query)).cache).toBe('leasehold-edge; fwd=uri-miss');
    expect((await ask(query)).body).toBe('2 ');
  });

  it('not for who is authorised, nor for a part of it', async () => {
    await ask('cc=max-age=60', { authorization: 'Bearer x' });
    expect((await ask('cc=max-age=60')).body).toBe('2 ');
    expect((await ask('cc=max-age=60', { range: 'bytes=0-0' })).body).toBe('3 ');
  });

  it('apart by what it varies by', async () => {
    const query = 'cc=max-age=60&vary=Accept';
    expect((await ask(query, { accept: 'a' })).body).toBe('1 a');
    expect((await ask(query, { accept: 'b' })).body).toBe('2 b');
    expect((await ask(query, { accept: 'a' })).body).toBe('1 a');
  });

  it('and asks whether it still holds when it is stale', async () => {
    const query = 'cc=no-cache&etag=%22v1%22';
    await ask(query);
    expect(await ask(query)).toMatchObject({
      status: 200,
      body: '1 ',
      cache: 'leasehold-edge; fwd=stale; fwd-status=304',
    });
    expect(await ask(query, { 'if-none-match': '"v1"' })).toMatchObject({ status: 304, body: '' });
  });

  it('for the hostname that asked alone', async () => {
    await under.serving('other');
    expect((await ask('cc=max-age=60', { accept: 'acme' })).body).toBe('1 acme');
    expect((await ask('cc=max-age=60', { accept: 'other' }, 'other')).body).toBe('1 other');
  });

  it('not longer than its route', async () => {
    expect((await ask('cc=max-age=60')).body).toBe('1 ');
    const route = { type: resourceTypes.httpRoute, scope: 't-acme', name: 'app' };
    const saved = await under.inventory.get({ cell: 'local', ...route });
    await under.target.inventory.remove(route);
    await eventually(async () => expect((await ask('cc=max-age=60')).status).toBe(404));
    if (saved) await under.inventory.create(saved);
    await eventually(async () =>
      expect(await ask('cc=max-age=60')).toMatchObject({ status: 200, body: '2 ' }),
    );
  });

  it('and many requests for it at once are one for its origin; those that may not share it are not held up', async () => {
    const bodies = await Promise.all(Array.from({ length: 20 }, () => ask('cc=max-age=60&wait=100')));
    expect(new Set(bodies.map(({ body }) => body))).toEqual(new Set(['1 ']));
    const own = await Promise.all(Array.from({ length: 5 }, () => ask('cc=no-store&wait=20')));
    expect(new Set(own.map(({ body }) => body)).size).toBe(5);
  });

  it('until it is told to forget it', async () => {
    await ask('cc=max-age=60');
    await under.target.invalidateCache(hostnameOfClient('other'), '/*');
    await under.target.invalidateCache(hostnameOfClient('acme'), '/as');
    expect((await ask('cc=max-age=60')).body).toBe('1 ');
    await under.target.invalidateCache(hostnameOfClient('acme'), '/as*');
    await eventually(async () => expect((await ask('cc=max-age=60')).body).toBe('2 '));
  });

  it('not without the filter that asks for it', async () => {
    await under.target.inventory.remove({ type: resourceTypes.gcpHttpFilter, scope: 't-acme', name: 'cdn' });
    await eventually(async () => expect((await ask('cc=max-age=60')).cache).toBe(''));
    expect((await ask('cc=max-age=60')).body).not.toBe((await ask('cc=max-age=60')).body);
  });
});
