import { createServer } from 'node:net';
import { once } from 'node:events';
import { processesNaming, Product } from '@leasehold/product-harness';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let product: Product;
beforeEach(async () => {
  product = await Product.create();
});
afterEach(() => product.remove());

/** The last line that a failed start prints; a stack trace would show here. */
function lastWords(): string {
  return product.printed.trim().split('\n').at(-1) ?? '';
}

describe('a start that cannot succeed', () => {
  test.each([
    ['LEASEHOLD_PROT', '1', /LEASEHOLD_PROT is not a setting of Leasehold; did you mean LEASEHOLD_PORT\?/],
    ['LEASEHOLD_PORT', 'eighty', /LEASEHOLD_PORT must be a whole number; it is "eighty"\./],
    [
      'LEASEHOLD_DATABASE_URL',
      'mysql://x',
      /LEASEHOLD_DATABASE_URL must be a URL that begins with postgresql:\/\//,
    ],
  ])('because of %s=%s says so in one sentence', async (name, value, sentence) => {
    product.launch({ [name]: value });
    expect(await product.exitCode()).toBe(1);
    expect(lastWords()).toMatch(sentence);
    expect(product.printed).not.toMatch(/\n\s+at /);
  });

  test.each([
    ['api', 'LEASEHOLD_PORT'],
    ['edge', 'LEASEHOLD_EDGE_PORT'],
    ['dns', 'LEASEHOLD_DNS_PORT'],
  ] as const)('because the %s port is busy names the setting %s', async (port, setting) => {
    const squatter = createServer().listen(product.ports[port], '127.0.0.1');
    await once(squatter, 'listening');
    product.launch();
    expect(await product.exitCode()).toBe(1);
    expect(lastWords()).toContain(setting);
    expect(lastWords()).toContain(String(product.ports[port]));
    squatter.close();
    expect(processesNaming(product.dataDir)).toEqual([]);
  });
});

test('a second start on the same data folder is refused, and does not disturb the first', async () => {
  await product.start();
  const other = await Product.create();
  other.launch({ LEASEHOLD_DATA_DIR: product.dataDir });
  expect(await other.exitCode()).toBe(1);
  expect(other.printed).toContain(product.dataDir);
  expect((await product.client('acme.localhost').get('/')).status).toBe(200);
  await other.remove();
});
