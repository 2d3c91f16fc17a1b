import { afterAll, beforeAll, expect, test } from 'vitest';
import { TenantPreview } from '../tenants/tenant-preview.js';
import { newTenantBody } from '../tenants/tenant.schema.js';
import { PlatformBench } from './testing/platform-bench.js';

let platform: PlatformBench;
beforeAll(async () => {
  platform = await PlatformBench.open();
});
afterAll(() => platform[Symbol.asyncDispose]());

async function previewed(slug: string) {
  const preview = new TenantPreview(platform.onboarding, platform.tenants, platform.engine.service);
  const wanted = newTenantBody.parse({ slug, displayName: 'Acme', template: 'counter' });
  const { id } = await platform.run((tx) => preview.begin(platform.ctx, tx, wanted));
  return platform.ended(id);
}

async function count(table: string): Promise<number> {
  const [found] = await platform.databases.platform.query<{ n: number }[]>(
    `select count(*)::int as n from ${table}`,
  );
  return found?.n ?? -1;
}

test('a dry run names every resource that the onboarding then makes, and leaves nothing behind', async () => {
  const tables = ['leasehold.tenants', 'leasehold.hostnames', 'leasehold.row_key_prefixes', 'pulumi.stacks'];
  const before = await Promise.all(tables.map(count));
  const inventory = (await platform.target.inventory.list({ cell: 'local' })).length;
  const preview = await previewed('acme');
  expect(preview).toMatchObject({ kind: 'preview', state: 'succeeded', tenantId: null });
  expect(preview.result).toMatchObject({
    findings: [],
    cost: { currency: 'USD', perMonth: expect.any(Number) as unknown, source: expect.any(String) as unknown },
  });
  expect(await Promise.all(tables.map(count))).toEqual(before);
  expect((await platform.target.inventory.list({ cell: 'local' })).length).toBe(inventory);
  const planned = preview.result?.['resources'];
  const made = await platform.ended((await platform.onboard('acme')).id);
  expect(made.state).toBe('succeeded');
  const created = made.steps.find(({ name }) => name === 'apply')?.resources.created;
  expect(Array.isArray(planned) && planned.length).toBe(created);
  expect(planned).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: 'kubernetes:apps/v1:Deployment', op: 'create' }),
    ]),
  );
});

test('a dry run of a slug that is taken is refused as the onboarding would be', async () => {
  await expect(previewed('acme')).rejects.toThrow(/The slug "acme" is taken/);
});
