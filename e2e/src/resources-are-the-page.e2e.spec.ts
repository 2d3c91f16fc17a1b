import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Product, repository, until } from '@leasehold/product-harness';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let product: Product;
beforeAll(async () => {
  product = await Product.create();
  await product.start();
});
afterAll(() => product.remove());

function leasehold(...args: string[]): string {
  return execFileSync(process.execPath, [join(repository, 'cli/dist/main.js'), ...args], {
    cwd: repository,
    env: { ...process.env, ...product.environment },
    encoding: 'utf8',
  });
}

describe('the page is there because the resources are', () => {
  test.each([
    ['the HTTPRoute', 'kubernetes:gateway.networking.k8s.io/v1:HTTPRoute', 't-acme', 'app'],
    ['the Service', 'kubernetes:core/v1:Service', 't-acme', 'app'],
    ['the Deployment', 'kubernetes:apps/v1:Deployment', 't-acme', 'app'],
  ])('without %s it goes; a reconcile brings it back', async (_what, type, scope, name) => {
    const acme = product.client('acme.localhost');
    expect((await acme.get('/')).status).toBe(200);
    const number = await acme.next();

    leasehold('twin', 'remove', '--type', type, '--scope', scope, '--name', name);
    await until('the page to go', async () => (await acme.get('/')).status !== 200, { deadlineMs: 15_000 });

    const api = await product.api();
    const operation = await api.ended((await api.reconcile('acme')).id);
    expect(operation.state, JSON.stringify(operation)).toBe('succeeded');
    await until('the page to be back', async () => (await acme.get('/')).status === 200, {
      deadlineMs: 30_000,
    });
    expect(await acme.next()).toBeGreaterThan(number);
  });

  test('without the record set the name goes; a reconcile brings it back', async () => {
    const acme = product.client('acme.localhost');
    const listed = leasehold('twin', 'inventory', '--json');
    expect(listed).toContain('gcp:dns/recordSet:RecordSet');
    const records = (JSON.parse(listed) as { type: string; scope: string; name: string }[]).filter(
      ({ type, name }) => type === 'gcp:dns/recordSet:RecordSet' && name.includes('acme.localhost'),
    );
    expect(records).toHaveLength(1);
    for (const { type, scope, name } of records)
      leasehold('twin', 'remove', '--type', type, '--scope', scope, '--name', name);
    await until('the name to go', async () => (await acme.addresses()).length === 0, { deadlineMs: 15_000 });

    const api = await product.api();
    expect((await api.ended((await api.reconcile('acme')).id)).state).toBe('succeeded');
    expect(await acme.addresses()).toEqual(['127.0.0.1']);
  });

  test('the resource graph of the API names what the inventory holds', async () => {
    const api = await product.api();
    const { body } = await api.call('GET', '/v1/tenants/acme/resources');
    const { nodes } = body as { nodes: { type: string; name: string }[] };
    expect(nodes.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'kubernetes:apps/v1:Deployment',
        'kubernetes:gateway.networking.k8s.io/v1:HTTPRoute',
        'gcp:dns/recordSet:RecordSet',
        'gcp:storage/managedFolder:ManagedFolder',
      ]),
    );
  });
});
