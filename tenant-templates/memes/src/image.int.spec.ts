import { PlatformUnderTest, Pod } from '@leasehold/tenant-kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MemesClient } from './testing/memes-client.js';

let platform: PlatformUnderTest;
let image: string;

beforeAll(async () => {
  platform = await PlatformUnderTest.start(new URL('..', import.meta.url));
  ({ image } = platform);
});
afterAll(() => platform[Symbol.asyncDispose]());

const user = (slug: string, subject = 'ada', roles?: readonly string[]): Promise<MemesClient> =>
  MemesClient.of(platform, slug, subject, roles);
const admin = (slug: string): Promise<MemesClient> => user(slug, 'root', ['admin']);
const memeSchema = z.strictObject({
  meme: z.string().min(1),
  type: z.enum(['text', 'ai']),
  generator: z.string(),
  place: z.object({ name: z.string().nullable() }).nullable(),
  tokens: z.int(),
});
const problemCode = (body: string): string => z.object({ code: z.string() }).parse(JSON.parse(body)).code;

describe('a user of memes', () => {
  it('gets a meme for a token, out of the ten that a new account has', async () => {
    await using pod = await Pod.start(image, await platform.tenant('first'));
    const ada = await user('first');
    expect((await ada.get(pod, '/tokens')).body).toBe('{"balance":10}');
    const answer = await ada.get(pod, '/memes?lat=52.52&lon=13.41&query=cats');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(answer.body)).toEqual({
      meme: expect.stringMatching(/CATS/) as string,
      type: 'text',
      generator: 'template',
      place: { name: 'Berlin', country: 'Germany', precision: 'nearest city within 1 km' },
      tokens: 1,
    });
    expect(await ada.balance(pod)).toBe(9);
  });

  it('needs no parameter, and is charged nothing by HEAD', async () => {
    await using pod = await Pod.start(image, await platform.tenant('bare'));
    const ada = await user('bare');
    expect(memeSchema.parse(JSON.parse((await ada.get(pod, '/memes')).body)).place).toBeNull();
    const authorization = `Bearer ${await platform.token('bare', 'ada')}`;
    expect((await pod.get('/memes', { method: 'HEAD', headers: { authorization } })).status).toBe(200);
    expect(await ada.balance(pod)).toBe(9);
  });

  it('with the role ai gets the canned generator, which says so, at its own price', async () => {
    await using pod = await Pod.start(image, await platform.tenant('canned', { aiPrice: 4 }));
    const ada = await user('canned', 'ada', ['ai']);
    const meme = memeSchema.parse(JSON.parse((await ada.get(pod, '/memes')).body));
    expect([meme.type, meme.generator, meme.tokens]).toEqual(['ai', 'canned', 4]);
    expect(await ada.balance(pod)).toBe(6);
  });

  it('gets 402 without enough tokens, and nothing is charged', async () => {
    await using pod = await Pod.start(
      image,
      await platform.tenant('poor', { openingTokens: 2, textPrice: 2 }),
    );
    const ada = await user('poor');
    expect((await ada.get(pod, '/memes')).status).toBe(200);
    const refused = await ada.get(pod, '/memes');
    expect([refused.status, problemCode(refused.body)]).toEqual([402, 'insufficient_tokens']);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(await ada.balance(pod)).toBe(0);
  });

  it('gets the same answer for the same key and is charged once; another request with it is 422', async () => {
    const env = await platform.tenant('again');
    const ada = await user('again');
    const key = { 'idempotency-key': 'one' };
    let first: string;
    {
      await using pod = await Pod.start(image, env);
      first = (await ada.get(pod, '/memes?query=tea', key)).body;
      expect((await ada.get(pod, '/memes?query=tea', key)).body).toBe(first);
      await pod.stop('SIGKILL');
    }
    await using pod = await Pod.start(image, env);
    expect((await ada.get(pod, '/memes?query=tea', key)).body).toBe(first);
    const other = await ada.get(pod, '/memes?query=coffee', key);
    expect([other.status, problemCode(other.body)]).toEqual([422, 'idempotency_key_reused']);
    expect(await ada.balance(pod)).toBe(9);
  });

  it('reads the statement, the newest first, page by page', async () => {
    await using pod = await Pod.start(image, await platform.tenant('statement'));
    const [ada, root] = [await user('statement'), await admin('statement')];
    for (let index = 0; index < 4; index++) await ada.get(pod, '/memes');
    await root.post(pod, '/tokens/purchases', { user: 'ada', tokens: 5 });
    const movements = await ada.statement(pod, 2);
    expect(
      movements.map(({ number, kind, from, to, tokens, balance }) => [
        number,
        kind,
        from,
        to,
        tokens,
        balance,
      ]),
    ).toEqual([
      [6, 'purchase', 'issuance', 'user', 5, 11],
      [5, 'charge', 'user', 'revenue', 1, 6],
      [4, 'charge', 'user', 'revenue', 1, 7],
      [3, 'charge', 'user', 'revenue', 1, 8],
      [2, 'charge', 'user', 'revenue', 1, 9],
      [1, 'opening', 'issuance', 'user', 10, 10],
    ]);
  });

  it('has an account of its own, in a tenant of its own', async () => {
    await using one = await Pod.start(image, await platform.tenant('mine'));
    await using other = await Pod.start(image, await platform.tenant('theirs'));
    await (await user('mine')).get(one, '/memes');
    expect(await (await user('mine', 'bob')).balance(one)).toBe(10);
    expect(await (await user('theirs')).balance(other)).toBe(10);
    expect((await (await user('mine')).get(other, '/tokens')).status).toBe(401);
  });
});

describe('an admin of the tenant', () => {
  it('sells tokens; the same key sells them once', async () => {
    await using pod = await Pod.start(image, await platform.tenant('shop'));
    const root = await admin('shop');
    const sale = { user: 'bob', tokens: 30 };
    const key = { 'idempotency-key': 'sale-1' };
    const sold = await root.post(pod, '/tokens/purchases', sale, key);
    expect([sold.status, sold.body]).toEqual([201, '{"user":"bob","tokens":30,"balance":40}']);
    expect((await root.post(pod, '/tokens/purchases', sale, key)).body).toBe(sold.body);
    expect(await (await user('shop', 'bob')).balance(pod)).toBe(40);
  });

  it('reads what was promised and what is measured', async () => {
    await using pod = await Pod.start(image, await platform.tenant('sla'));
    const [ada, root] = [await user('sla'), await admin('sla')];
    await ada.get(pod, '/memes');
    await ada.get(pod, '/memes?lat=91&lon=0');
    expect(JSON.parse((await root.get(pod, '/sla')).body)).toMatchObject({
      availability: { target: 99.99, met: true },
      lastMinute: { calls: 2, failures: 0, availability: 100, errorRate: 0 },
      queue: { waiting: 0, oldestMs: 0 },
      compensations: { pending: 0, deadLetters: 0 },
    });
  });

  it.each(['/tokens/check', '/sla'])('alone may read %s', async (path) => {
    await using pod = await Pod.start(image, await platform.tenant(`closed-${path.length}`));
    const ada = await user(`closed-${path.length}`);
    expect((await ada.get(pod, path)).status).toBe(403);
    expect((await pod.get(path)).status).toBe(401);
    const sale = await ada.post(pod, '/tokens/purchases', { user: 'ada', tokens: 1 });
    expect(sale.status).toBe(403);
  });
});

const badQueries = [
  'lat=91&lon=0',
  'lat=-90.0001&lon=0',
  'lat=0&lon=180.5',
  'lat=0&lon=-181',
  'lat=1',
  'lon=1',
  'lat=&lon=',
  'lat=north&lon=0',
  'lat=NaN&lon=0',
  'lat=Infinity&lon=0',
  'lat=0x10&lon=0',
  'lat=1e1&lon=0',
  'lat=%201&lon=0',
  'lat=1&lat=2&lon=0',
  'query=a&query=b',
  `query=${'x'.repeat(201)}`,
  'query=%00',
  'query=a%E2%80%AEb',
];
const badPurchases: unknown[] = [
  '',
  'tokens',
  '[]',
  'null',
  '{"user":"bob"}',
  '{"user":"bob","tokens":0}',
  '{"user":"bob","tokens":-5}',
  '{"user":"bob","tokens":1.5}',
  '{"user":"bob","tokens":"5"}',
  '{"user":"bob","tokens":1000000001}',
  '{"user":"bob","tokens":1e400}',
  '{"user":"","tokens":5}',
  '{"user":"\\ud800","tokens":5}',
  `{"user":"${'x'.repeat(257)}","tokens":5}`,
  '{"user":"bob","tokens":5,"free":true}',
  '{"user":7,"tokens":5}',
];

describe('bad input', () => {
  it('is answered 400 with a problem, and nothing is charged or sold', async () => {
    await using pod = await Pod.start(image, await platform.tenant('bad'));
    const [ada, root] = [await user('bad'), await admin('bad')];
    for (const query of badQueries) {
      const answer = await ada.get(pod, `/memes?${query}`);
      expect([query, answer.status, answer.headers.get('content-type')]).toEqual([
        query,
        400,
        'application/problem+json',
      ]);
    }
    for (const path of ['limit=0', 'limit=101', 'limit=x', 'before=0', 'before=-1', 'before=1&before=2'])
      expect([path, (await ada.get(pod, `/tokens/movements?${path}`)).status]).toEqual([path, 400]);
    for (const key of ['x'.repeat(201), 'a b', 'ü'])
      expect((await ada.get(pod, '/memes', { 'idempotency-key': key })).status).toBe(400);
    for (const body of badPurchases) {
      const answer = await root.post(pod, '/tokens/purchases', body);
      expect([body, answer.status]).toEqual([body, 400]);
    }
    expect(await ada.balance(pod)).toBe(10);
    expect(await (await user('bad', 'bob')).balance(pod)).toBe(10);
  });

  it("a caller without a token, or with one that is not the tenant's, is 401", async () => {
    await using pod = await Pod.start(image, await platform.tenant('strangers'));
    for (const path of ['/memes', '/tokens', '/tokens/movements']) {
      expect((await pod.get(path)).status).toBe(401);
      const headers = { authorization: 'Bearer none' };
      expect((await pod.get(path, { headers })).status).toBe(401);
    }
  });

  it("what replicas send each other is nobody else's: without the lease's secret there is nothing", async () => {
    await using pod = await Pod.start(image, await platform.tenant('peers'));
    const ada = await user('peers');
    const commands = [{ type: 'purchase', account: 'ada', tokens: 1_000 }];
    const forward = { id: 'f', after: 0, shard: 0, leads: 0, commands };
    for (const headers of [{}, { 'x-ledger-secret': '' }, { 'x-ledger-secret': 'guessed' }]) {
      const answer = await ada.post(pod, '/internal/ledger/forwards', forward, headers);
      expect([answer.status, problemCode(answer.body)]).toEqual([404, 'not_found']);
    }
    expect(await ada.balance(pod)).toBe(10);
  });

  it('a wrong method is 405', async () => {
    await using pod = await Pod.start(image, await platform.tenant('methods'));
    const ada = await user('methods');
    expect((await ada.post(pod, '/memes', {})).status).toBe(405);
    expect((await ada.get(pod, '/tokens/purchases')).status).toBe(405);
  });
});

describe('a quota of memes a day', () => {
  it('is kept over all users and replicas, and a failed call does not use it', async () => {
    const env = await platform.tenant('quota', { memesPerDay: 5, openingTokens: 3 });
    await using one = await Pod.start(image, env);
    await using other = await Pod.start(image, { ...env, POD_NAME: 'other' });
    const [ada, bob] = [await user('quota'), await user('quota', 'bob')];
    for (let index = 0; index < 3; index++) expect((await ada.get(one, '/memes')).status).toBe(200);
    expect((await ada.get(one, '/memes')).status).toBe(402);
    expect((await bob.get(one, '/memes')).status).toBe(200);
    expect((await bob.get(other, '/memes')).status).toBe(200);
    const refused = await bob.get(other, '/memes');
    expect([refused.status, problemCode(refused.body)]).toEqual([429, 'quota_exceeded']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await bob.balance(one)).toBe(1);
  });
});

describe('a visitor of the page', () => {
  it('finds a form, and every file that it needs', async () => {
    await using pod = await Pod.start(image, await platform.tenant('page'));
    const { body } = await pod.get('/');
    expect(body).toContain('id="sign-in"');
    for (const [, url = ''] of body.matchAll(/(?:src|href)="(\/ui\/[^"]+)"/g))
      expect((await pod.get(url)).status).toBe(200);
  });
});
