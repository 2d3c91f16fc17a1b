import { randomUUID } from 'node:crypto';
import { Product, until, type Client } from '@leasehold/product-harness';
import { chromium, type Browser, type Page } from 'playwright-core';
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
    ['calc', 'increments', 'integers', 'memes'].map((template) =>
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

const executablePath = process.env['CHROMIUM_PATH'];
/** A pod that has slept, or a busy machine, may take a moment. */
const patience = { timeout: 30_000 };

/** `npm test` says in its last lines whether a browser was found; without one these tests cannot run. */
describe.runIf(executablePath)('a person with a browser on a phone', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
  });
  afterAll(() => browser.close());

  /** Opens a product, does something with its page, and looks whether all of it fits and nothing failed unseen. */
  async function use(template: string, act: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`http://my-${template}.localhost:${product.ports.edge}/`);
    expect(await page.title()).toBe(`My ${template}`);
    await act(page);
    const overhang = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overhang, 'pixels beyond the width of a phone').toBeLessThanOrEqual(0);
    const folder = process.env['E2E_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${template}.png`, fullPage: true });
    expect(complaints).toEqual([]);
    await page.close();
  }

  const text = (page: Page, selector: string) =>
    expect.poll(() => page.locator(selector).textContent(), patience);

  test('calculates, is told in words what does not fit, and sees it in the log', async () => {
    await use('calc', async (page) => {
      await text(page, '#log-state').toContain('Live');
      await page.getByLabel('a', { exact: true }).fill('9223372036854775806');
      await page.getByLabel('b', { exact: true }).fill('1');
      await page.getByRole('button', { name: 'Calculate' }).click();
      await text(page, '#answer').toBe('9223372036854775807');
      await text(page, '#log').toContain('9223372036854775807');
      await page.getByLabel('b', { exact: true }).fill('2');
      await page.getByRole('button', { name: 'Calculate' }).click();
      await text(page, '#message').toBe('Out of range: 9223372036854775806 + 2');
      await page.getByLabel('What to do').selectOption('np');
      expect(await page.locator('#b').isVisible()).toBe(false);
      await page.locator('#a').fill('2 12');
      await page.getByRole('button', { name: 'Calculate' }).click();
      await text(page, '#answer').toBe('3 37');
    });
  });

  test('counts up a key and sees the total follow', async () => {
    await use('increments', async (page) => {
      await page.getByLabel('Value').fill('9007199254740993');
      await page.getByRole('button', { name: 'Count up' }).click();
      await text(page, '#total').toBe('9007199254740993');
    });
  });

  test('registers for integers, takes one, and goes on from another', async () => {
    await use('integers', async (page) => {
      await page.getByLabel('E-mail').fill('ada@example.test');
      await page.getByLabel('Password').fill('correct horse');
      await page.getByRole('button', { name: 'Get an API key' }).click();
      await text(page, '#value').toBe('0');
      await page.getByLabel('Go on from').fill('40');
      await page.getByRole('button', { name: 'Set' }).click();
      await text(page, '#value').toBe('40');
      await page.getByRole('button', { name: 'Take the next integer' }).click();
      await text(page, '#value').toBe('41');
    });
  });

  test('signs in for memes, is told why a token is not taken, and pays for a meme', async () => {
    const theirs = await token('ada', ['user']);
    await use('memes', async (page) => {
      for (const [proof, answer] of [
        ['not a token', 'This token is not accepted. Please sign in again.'],
        [theirs, ''],
      ] as const) {
        await page.getByLabel('Your token').fill(proof);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await text(page, '#message').toBe(answer);
      }
      await text(page, '#balance').toBe('10');
      await page.getByLabel('What is it about?').fill('monday');
      await page.getByLabel('Latitude').fill('52.52');
      await page.getByLabel('Longitude').fill('13.4');
      await page.getByRole('button', { name: 'Make a meme' }).click();
      await text(page, '#caption').toContain('Berlin');
      await text(page, '#balance').toBe('9');
      expect(await page.locator('#canvas svg').count()).toBe(1);
    });
  });
});
