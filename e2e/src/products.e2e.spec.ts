import { randomUUID } from 'node:crypto';
import { Product, until, type Client } from '@leasehold/product-harness';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const issued = z.object({ token: z.string() });

let product: Product;
let token: (subject: string, roles: string[]) => Promise<string>;
const client = (slug: string): Client => product.client(`${slug}.localhost`);

beforeAll(async () => {
  product = await Product.create();
  await product.start();
  const api = await product.api();
  await Promise.all(
    ['increments', 'integers', 'memes'].map((template) =>
      api.onboard({ slug: `my-${template}`, displayName: `My ${template}`, template }),
    ),
  );
  token = async (subject, roles) => {
    const answer = await api.call('POST', '/v1/tenants/my-memes/tokens', { subject, roles });
    return issued.parse(answer.body).token;
  };
});
afterAll(() => product.remove());

describe('through its own name, a client’s', () => {
  test.each(['increments', 'integers', 'memes'])('%s shows a page with its name', async (template) => {
    const { status, body } = await client(`my-${template}`).get('/');
    expect(status).toBe(200);
    expect(body).toContain(`My ${template}`);
  });

  test('increments are counted, and read ten seconds later at the latest', async () => {
    const counts = client('my-increments');
    const key = randomUUID();
    expect(await counts.post('/increment', { key, value: 5 })).toMatchObject({ status: 200, body: '' });
    expect(await counts.post('/increment', { key, value: 7 })).toMatchObject({ status: 200, body: '' });
    expect(await counts.post('/increment', { key, value: 0 })).toMatchObject({
      status: 400,
      body: `{"error":"missing or invalid 'value'"}`,
    });
    const total = async (): Promise<string> => (await counts.get(`/increments/${key}`)).body;
    await until('the total', async () => (await total()).includes('"value":12'), {
      deadlineMs: 30_000,
    });
    expect((await counts.get(`/increments/${randomUUID()}`)).status).toBe(404);
  });

  test('integers are strictly one more for each user', async () => {
    const integers = client('my-integers');
    const account = { email: 'jo@example.test', password: 'a long password' };
    const registered = await integers.post('/v1/register', account);
    expect(registered.status).toBe(201);
    const { apiKey } = z.object({ apiKey: z.string() }).parse(JSON.parse(registered.body));
    const proof = { authorization: `Bearer ${apiKey}` };
    const next = async (): Promise<string> => (await integers.get('/v1/next', proof)).body;
    expect([await next(), await next()]).toEqual(['{"value":1}', '{"value":2}']);
    const form = { ...proof, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await integers.send('PUT', '/v1/current', form, 'current=40')).body).toBe('{"value":40}');
    expect(await next()).toBe('{"value":41}');
    expect((await integers.get('/v1/next')).status).toBe(401);
    expect((await integers.post('/v1/register', account)).status).toBe(409);
  });

  test('memes cost tokens of the caller, and nothing without enough of them', async () => {
    const memes = client('my-memes');
    const [jo, admin] = [await token('jo', ['user']), await token('boss', ['admin'])];
    const as = (proof: string) => ({ authorization: `Bearer ${proof}` });
    expect((await memes.get('/memes')).status).toBe(401);
    await until('the issuer to be known', async () => (await memes.get('/tokens', as(jo))).status === 200, {
      deadlineMs: 30_000,
    });
    const balance = async (): Promise<unknown> => JSON.parse((await memes.get('/tokens', as(jo))).body);
    expect(await balance()).toEqual({ balance: 10 });
    const meme = await memes.get('/memes?lat=52.52&lon=13.40&query=monday', as(jo));
    expect(meme.status).toBe(200);
    expect(meme.body).toContain('Berlin');
    expect(await balance()).toEqual({ balance: 9 });
    for (let spent = 1; spent < 10; spent++) await memes.get('/memes', as(jo));
    expect((await memes.get('/memes', as(jo))).status).toBe(402);
    expect(await balance()).toEqual({ balance: 0 });
    const bought = await memes.post('/tokens/purchases', { user: 'jo', tokens: 3 }, as(admin));
    expect(bought.status).toBe(201);
    expect((await memes.post('/tokens/purchases', { user: 'jo', tokens: 3 }, as(jo))).status).toBe(403);
    expect(await balance()).toEqual({ balance: 3 });
    expect((await memes.get('/memes?lat=91&lon=0', as(jo))).status).toBe(400);
  });
});
