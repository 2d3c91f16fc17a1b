import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Product, until, type Api } from '@leasehold/product-harness';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const executablePath = process.env['CHROMIUM_PATH'];
const path = '/v1/tenants/acme/branding';
const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" onload="alert(1)"><script>alert(1)</script><circle cx="20" cy="20" r="18" fill="#7a1fa2"/><path d="M12 28L20 10L28 28Z" fill="#fff"/></svg>';

let product: Product;
let api: Api;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
  api = await product.api();
});
afterAll(() => product.remove());

const page = (query = '') => product.client('acme.localhost').get(`/${query}`);
const put = (body: object, where = path) => api.call('PUT', where, body, { 'if-match': '*' });
const object = z.record(z.string(), z.unknown());
const read = async (method: string, where: string, body?: object): Promise<Record<string, unknown>> =>
  object.parse((await api.call(method, where, body)).body);

async function upload(slot: string): Promise<void> {
  const key = (await readFile(join(product.dataDir, 'admin.key'), 'utf8')).trim();
  const answer = await fetch(`${api.base}${path}/assets/${slot}`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'image/svg+xml' },
    body: logo,
  });
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { removed: ['attribute onload', 'element script'] },
  ]);
}

async function operations(): Promise<number> {
  return (await api.operations()).length;
}

describe('the branding of a client', () => {
  test('goes from draft over preview to its page, without a Pulumi run', async () => {
    const before = await operations();
    await upload('logo');
    await upload('favicon');
    const draft = await read('GET', `${path}/draft`);
    const saved = await put(
      {
        displayName: 'Acme Rockets',
        colors: { primary: '#7a1fa2', background: '#fdfbff', text: '#22162b', accent: '#5b1180' },
        font: 'humanist',
        logo: draft['logo'],
        favicon: draft['favicon'],
        cssVariables: { '--brand-radius': '14px', '--brand-shadow': '0 2px 8px #00000040' },
        tagline: 'To the moon since 1907',
        supportUrl: 'mailto:help@acme.test',
        legal: { imprint: 'https://acme.test/imprint', privacy: 'https://acme.test/privacy' },
      },
      `${path}/draft`,
    );
    expect(saved.status).toBe(200);
    const link = await read('POST', `${path}/draft/preview`, { minutes: 5 });
    const { search } = new URL(String(link['url']));
    await until(
      'the preview of the draft',
      async () => (await page(search)).body.includes('This is a draft'),
      {
        deadlineMs: 15_000,
      },
    );
    expect((await page(search)).body).toContain('To the moon since 1907');
    expect((await page()).body).not.toContain('To the moon');
    expect((await page(search.replace(/.$/, '_'))).status).toBe(404);

    const started = performance.now();
    expect((await api.call('POST', `${path}/draft/publish`)).status).toBe(200);
    await until('the new branding', async () => (await page()).body.includes('To the moon'), {
      deadlineMs: 15_000,
    });
    process.stdout.write(
      `branding was live ${Math.round(performance.now() - started)} ms after its publication\n`,
    );
    expect(await operations()).toBe(before);
  });

  test('has pictures that can run nothing', async () => {
    const [, url = ''] = /<img class="logo" src="([^"]+)"/.exec((await page()).body) ?? [];
    const picture = await product.client('acme.localhost').get(url);
    expect(picture.status).toBe(200);
    expect(picture.body).toContain('<circle');
    expect(picture.body).not.toMatch(/script|onload/);
    expect(picture.headers['content-security-policy']).toContain("default-src 'none'");
    expect(picture.headers['content-type']).toBe('image/svg+xml');
  });

  test.runIf(executablePath)('is what a person sees', async () => {
    const browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
    const tab = await browser.newPage({ viewport: { width: 900, height: 640 } });
    const complaints: string[] = [];
    tab.on('pageerror', (error) => complaints.push(error.message));
    tab.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await tab.goto(`http://acme.localhost:${product.ports.edge}/`, { waitUntil: 'networkidle' });
    const shown = await tab.evaluate("document.querySelector('.logo').naturalWidth");
    expect(shown).toBeGreaterThan(0);
    expect(await tab.getByRole('link', { name: 'Imprint' }).getAttribute('href')).toBe(
      'https://acme.test/imprint',
    );
    await tab.getByRole('button', { name: 'Take the next number' }).click();
    await expect.poll(() => tab.locator('output').textContent(), { timeout: 20_000 }).toMatch(/^\d+$/);
    await tab.screenshot({
      path: join(process.env['E2E_PICTURES'] ?? product.dataDir, 'branding.png'),
    });
    expect(complaints).toEqual([]);
    await browser.close();
  });

  test('is kept by the next Pulumi run', async () => {
    const operation = await read('POST', '/v1/tenants/acme/reconcile');
    expect((await api.ended(String(operation['id']))).state).toBe('succeeded');
    expect((await page()).body).toContain('To the moon');
  });

  test('goes back to an earlier revision', async () => {
    const [, earlier] = z
      .array(z.object({ revision: z.int() }))
      .parse((await read('GET', `${path}/revisions?limit=2`))['items']);
    expect((await api.call('POST', `${path}/revisions/${String(earlier?.revision)}/restore`)).status).toBe(
      200,
    );
    await until('the earlier branding', async () => !(await page()).body.includes('To the moon'), {
      deadlineMs: 15_000,
    });
  });
});
