import { familyOf, Product, until } from '@leasehold/product-harness';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let product: Product;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
});
afterAll(() => product.remove());

describe('after the first start', () => {
  test('acme’s page answers under its own name with its own branding', async () => {
    const page = await product.client('acme.localhost').get('/');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(Number(page.headers['branding-revision'])).toBeGreaterThan(0);
    expect(page.body).toContain('Acme');
  });

  test('acme’s numbers begin with 1, then 2, then 3', async () => {
    const acme = product.client('acme.localhost');
    const first = await acme.get('/getCounter');
    expect(first.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(first.body).toBe('1');
    expect((await acme.get('/getCounter')).body).toBe('2');
    expect((await acme.get('/getCounter')).body).toBe('3');
  });

  test('the DNS server gives acme’s address, and nobody else’s', async () => {
    expect(await product.client('acme.localhost').addresses()).toEqual(['127.0.0.1']);
    expect(await product.client('globex.localhost').addresses()).toEqual([]);
  });

  test('a name that no client has gets a plain 404, and the inside of a workload is hidden', async () => {
    expect((await product.client('globex.localhost').get('/')).status).toBe(404);
    expect((await product.client('acme.localhost').get('/metrics')).status).toBe(404);
    expect((await product.client('acme.localhost').get('/healthz/ready')).status).toBe(404);
  });

  test('the API describes itself, and is ready', async () => {
    const api = await product.api();
    expect((await api.call('GET', '/readyz')).status).toBe(200);
    expect((await api.call('GET', '/openapi.json')).body).toMatchObject({
      openapi: expect.stringMatching(/^3\.1/) as string,
    });
  });

  test('branding changes are live in seconds, without a Pulumi run', async () => {
    const api = await product.api();
    const before = await api.operations();
    const current = await api.call('GET', '/v1/tenants/acme/branding');
    const answer = await api.call(
      'PUT',
      '/v1/tenants/acme/branding',
      { displayName: 'Acme Rockets', colors: { primary: '#aa0000', background: '#ffffff', text: '#111111' } },
      { 'if-match': current.headers.get('etag') ?? '' },
    );
    expect(answer.status).toBe(200);
    const acme = product.client('acme.localhost');
    await until('the new branding', async () => (await acme.get('/')).body.includes('Acme Rockets'), {
      deadlineMs: 15_000,
    });
    expect((await api.operations()).length).toBe(before.length);
  });
});

describe('a second start', () => {
  test('has everything that the first one made, and the numbers go on', async () => {
    const before = await product.client('acme.localhost').next();
    expect(await product.stop()).toBe(0);
    await product.start();
    expect(product.printed).not.toMatch(/onboarding the sample client/);
    expect(await product.client('acme.localhost').next()).toBe(before + 1n);
  });
});

describe('a stop', () => {
  test('ends every process', async () => {
    const family = familyOf(product.supervisorPid);
    expect(family.length).toBeGreaterThan(5);
    expect(await product.stop()).toBe(0);
    await until(
      'every process to end',
      () => family.every((pid) => familyOf(pid).length === 1 && !alive(pid)),
      {
        deadlineMs: 15_000,
      },
    );
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return familyOf(1).includes(pid);
}
