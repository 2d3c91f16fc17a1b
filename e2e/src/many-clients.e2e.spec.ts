import { Product, type Api } from '@leasehold/product-harness';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let product: Product;
let api: Api;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
  api = await product.api();
});
afterAll(() => product.remove());

describe('20 clients at once', () => {
  const slugs = Array.from({ length: 20 }, (_, i) => `client-${i + 1}`);

  test('are all active, each under its own name with its own branding and its own numbers', async () => {
    const started = await Promise.all(
      slugs.map((slug) =>
        api.createTenant({ slug, displayName: `Company ${slug}`, template: 'counter', plan: 'free' }),
      ),
    );
    const ended = await Promise.all(started.map(({ id }) => api.ended(id)));
    expect(ended.filter(({ state }) => state !== 'succeeded')).toEqual([]);
    const states = await Promise.all(slugs.map(async (slug) => (await api.tenant(slug)).state));
    expect(new Set(states)).toEqual(new Set(['active']));
    for (const [index, slug] of slugs.entries()) {
      const client = product.client(`${slug}.localhost`);
      expect(await client.addresses()).toEqual(['127.0.0.1']);
      const page = await client.get('/');
      expect(page.body).toContain(`Company ${slug}`);
      expect(slugs.filter((other) => page.body.includes(`>Company ${other}<`) && other !== slug)).toEqual([]);
      // Each counts for itself: the n-th client asks n times and gets exactly 1..n.
      for (let n = 1; n <= index + 1; n++) expect(await client.next()).toBe(BigInt(n));
    }
  });

  test('50 equal requests with one Idempotency-Key make one tenant', async () => {
    const spec = { slug: 'once', displayName: 'Once', template: 'counter', plan: 'free' };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        api.call('POST', '/v1/tenants', spec, { 'idempotency-key': 'only-once' }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    const ids = new Set(answers.map(({ body }) => (body as { id: string }).id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(49);
    const [id = ''] = ids;
    expect((await api.ended(id)).state).toBe('succeeded');
    expect((await api.tenants()).filter(({ slug }) => slug === 'once')).toHaveLength(1);
  });

  test('a purge leaves nothing in inventory, DNS, edge, Bigtable or Pulumi state, and frees the slug', async () => {
    const client = product.client('client-20.localhost');
    const { id } = await api.tenant('client-20');
    expect(JSON.stringify((await api.call('GET', '/v1/twin/inventory')).body)).toContain(id);

    expect((await api.stack('leasehold-tenant', id)).status).toBe(200);

    const operation = await api.ended((await api.purge('client-20')).id);
    expect(operation.state, JSON.stringify(operation)).toBe('succeeded');
    expect((await client.get('/')).status).toBe(404);
    expect(await client.addresses()).toEqual([]);
    const inventory = JSON.stringify((await api.call('GET', '/v1/twin/inventory')).body);
    expect(inventory).not.toContain(id);
    expect(inventory).not.toContain('t-client-20"');
    expect((await api.stack('leasehold-tenant', id)).status).toBe(404);
    expect((await api.call('GET', `/v1/tenants/${id}`)).body).toMatchObject({ state: 'deleted' });

    // The name can be used again, and the newcomer begins at 1: no row of the former client is left for it.
    await api.onboard({ slug: 'client-20', displayName: 'Newcomer', template: 'counter', plan: 'free' });
    expect((await api.tenant('client-20')).id).not.toBe(id);
    expect(await client.next()).toBe(1n);
  });
});
