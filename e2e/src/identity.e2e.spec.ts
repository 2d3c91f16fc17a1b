import { Product, until, type Api } from '@leasehold/product-harness';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const executablePath = process.env['CHROMIUM_PATH'];
const issued = z.object({ token: z.string() });
const created = z.object({ id: z.string(), key: z.string() });
const identified = z.object({ id: z.string() });

let product: Product;
let api: Api;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
  api = await product.api();
});
afterAll(() => product.remove());

const tenant = '/v1/tenants/guarded';
const count = async (proof?: string): Promise<number> => {
  const headers = proof === undefined ? {} : { authorization: `Bearer ${proof}` };
  return (await product.client('guarded.localhost').get('/getCounter', headers)).status;
};
const post = async (path: string, body: object): Promise<unknown> => {
  const answer = await api.call('POST', `${tenant}${path}`, body);
  expect(answer.status).toBe(201);
  return answer.body;
};

test('a client that asks for callers answers its members and keys, no one else, and forgets a key that is deleted', async () => {
  const parameters = { auth: 'any' };
  await api.onboard({ slug: 'guarded', displayName: 'Guarded', template: 'counter', parameters });
  expect(await count()).toBe(401);

  const member = identified.parse(await post('/members', { email: 'jo@guarded.example' }));
  const { token } = issued.parse(await post(`/members/${member.id}/tokens`, { minutes: 5 }));
  await until('the token to count', async () => (await count(token)) === 200, { deadlineMs: 20_000 });

  const other = await api.call('POST', '/v1/tenants/acme/tokens', { subject: 'mallory' });
  expect(await count(issued.parse(other.body).token)).toBe(401);

  const { id, key } = created.parse(await post('/caller-keys', { name: 'shop' }));
  await until('the key to count', async () => (await count(key)) === 200, { deadlineMs: 20_000 });
  expect((await api.call('DELETE', `${tenant}/caller-keys/${id}`)).status).toBe(204);
  expect((await api.call('POST', `${tenant}/issuer/rotate`, { withdraw: true })).status).toBe(200);
  await until('the key to be refused', async () => (await count(key)) === 401, { deadlineMs: 60_000 });
  await until('the withdrawn token to be refused', async () => (await count(token)) === 401, {
    deadlineMs: 60_000,
  });
});

test.runIf(executablePath)('a person signs in on the page, in the browser, and out again', async () => {
  const { token } = issued.parse(await post('/tokens', { subject: 'jo' }));
  const browser = await chromium.launch({
    executablePath: executablePath ?? '',
    args: ['--no-sandbox', '--host-resolver-rules=MAP *.localhost 127.0.0.1'],
  });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`http://guarded.localhost:${product.ports.edge}/`);
    await page.click('#next');
    await page.getByText('This product asks who you are.').waitFor();
    await page.fill('#proof input', token);
    await page.click('text=Sign in');
    await page.getByText('You are signed in.').waitFor();
    await page.click('#next');
    await until('a number', async () => /^\d+$/.test((await page.textContent('#number')) ?? ''), {
      deadlineMs: 10_000,
    });
    expect(page.url()).not.toContain(token);
    await page.click('text=Sign out');
    await page.click('#next');
    await page.getByText('This product asks who you are.').waitFor();
    expect(problems).toEqual([]);
  } finally {
    await browser.close();
  }
});
