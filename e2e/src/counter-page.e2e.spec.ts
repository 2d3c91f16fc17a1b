import { Product } from '@leasehold/product-harness';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const executablePath = process.env['CHROMIUM_PATH'];
/** A pod that has slept, or a busy machine, may take a moment. */
const patience = { timeout: 20_000 };

/** `npm test` says in its last lines whether a browser was found; without one these tests cannot run. */
describe.runIf(executablePath)('a person with a browser', () => {
  let product: Product;
  let browser: Browser;
  beforeAll(async () => {
    product = await Product.create();
    await product.start();
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    });
  });
  afterAll(async () => {
    await browser.close();
    await product.remove();
  });

  test('opens acme’s address, sees acme’s branding and takes the numbers 1 and 2', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`http://acme.localhost:${product.ports.edge}/`);
    expect(await page.title()).toContain('Acme');
    const next = page.getByRole('button', { name: 'Take the next number' });
    const number = page.locator('output');
    await next.click();
    await expect.poll(() => number.textContent(), patience).toBe('1');
    await next.click();
    await expect.poll(() => number.textContent(), patience).toBe('2');
    expect(complaints).toEqual([]);
  });

  test('reads the page of the API without any request to another host', async () => {
    const page = await browser.newPage();
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).hostname !== '127.0.0.1' && !request.url().startsWith('data:'))
        foreign.push(request.url());
    });
    await page.goto(`http://127.0.0.1:${product.ports.api}/docs`, { waitUntil: 'networkidle' });
    await expect.poll(() => page.locator('body').textContent(), patience).toContain('/v1/tenants');
    expect(foreign).toEqual([]);
  });
});
