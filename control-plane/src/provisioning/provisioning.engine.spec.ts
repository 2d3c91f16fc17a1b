import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../operations/testing/engine-bench.js';
import { PlatformBench } from './testing/platform-bench.js';

let platform: PlatformBench;
beforeAll(async () => {
  platform = await PlatformBench.open();
});
afterAll(() => platform[Symbol.asyncDispose]());

const stateOf = async (id: string) => (await platform.run((tx) => platform.tenants.require(tx, id))).state;

async function onboarded(slug: string, more: Record<string, unknown> = {}): Promise<string> {
  const { id, tenantId } = await platform.onboard(slug, more);
  expect(await platform.ended(id)).toMatchObject({ state: 'succeeded' });
  return tenantId ?? '';
}

/** What of a tenant is anywhere in the clouds, in Pulumi's state, among the objects or under its prefix. */
async function traces(slug: string, tenantId: string): Promise<unknown[]> {
  const { rowKeyPrefix } = await platform.run((tx) => platform.tenants.require(tx, tenantId));
  const resources = await platform.target.inventory.list({ cell: 'local' });
  const stacks: unknown[] = await platform.databases.platform.query(
    `select * from pulumi.stacks where name = $1`,
    [tenantId],
  );
  const objects = await platform.target.listObjects('leasehold-twin-local-branding', `tenants/${tenantId}/`);
  const rows = rowKeyPrefix !== null && !(await platform.target.proveNoRows(rowKeyPrefix)) ? ['rows'] : [];
  const names = await platform.target.resolve(`${slug}.localhost`);
  return [
    ...resources.filter(
      (resource) => JSON.stringify(resource).includes(tenantId) || resource.scope === `t-${slug}`,
    ),
    ...stacks,
    ...objects,
    ...rows,
    ...names,
  ];
}

describe('a client that is onboarded', () => {
  test('has a page with its branding when the operation succeeds', async () => {
    const { id, tenantId } = await platform.onboard('acme', {
      branding: { displayName: 'Acme Corporation' },
    });
    const operation = await platform.ended(id);
    expect(operation.error).toBeUndefined();
    expect(operation.state).toBe('succeeded');
    expect(operation.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
      ['place', 'reserve', 'plan', 'apply', 'publish', 'verify', 'activate'].map(
        (name) => `${name} succeeded`,
      ),
    );
    expect(operation.steps[3]?.resources.created).toBeGreaterThan(10);
    const page = await platform.page('acme');
    expect(page.status).toBe(200);
    expect(page.headers['branding-revision']).toBe('1');
    expect(page.body).toContain('Acme Corporation');
    expect(await stateOf(tenantId ?? '')).toBe('active');
    const told = await platform.databases.platform.query<
      { data: { changes: { op: string; phase: string }[] } }[]
    >(
      `select data from leasehold.events where operation_id = $1 and type = 'operation.progress' and data ->> 'step' = 'apply'`,
      [id],
    );
    const made = told
      .flatMap(({ data }) => data.changes)
      .filter(({ op, phase }) => op === 'create' && phase === 'done');
    expect(made.length).toBeGreaterThan(10);
  });

  test.each([
    ['kubernetes:gateway.networking.k8s.io/v1:HTTPRoute', 't-drift', 'app'],
    ['kubernetes:core/v1:Service', 't-drift', 'app'],
    ['kubernetes:apps/v1:Deployment', 't-drift', 'app'],
  ])('loses its page with its %s, and a reconcile brings it back', async (type, scope, name) => {
    const tenant = await platform.run((tx) => platform.tenants.require(tx, 'drift')).catch(() => undefined);
    const tenantId = tenant?.id ?? (await onboarded('drift'));
    expect(await platform.target.inventory.remove({ type, scope, name })).toBe(true);
    await until('the page to go', async () =>
      (await platform.page('drift')).status === 200 ? undefined : true,
    );
    const { id } = await platform.run((tx) => platform.tenants.reconcile(platform.ctx, tx, tenantId));
    expect(await platform.ended(id)).toMatchObject({ state: 'succeeded' });
    expect((await platform.page('drift')).status).toBe(200);
  });

  test('loses its page and keeps its data when it is deleted, and gets both back when it is restored', async () => {
    const tenantId = await onboarded('phoenix');
    expect((await platform.page('phoenix', '/getCounter')).body).toBe('1');
    const etag = (await platform.tenants.get(platform.ctx, tenantId)).etag;
    const deletion = await platform.run((tx) =>
      platform.tenants.remove(platform.ctx, tx, tenantId, { purge: false, ifMatch: etag }),
    );
    expect(await platform.ended(deletion.id)).toMatchObject({ state: 'succeeded' });
    expect(await stateOf(tenantId)).toBe('pending_deletion');
    expect((await platform.page('phoenix')).status).toBe(404);
    expect(await platform.target.resolve('phoenix.localhost')).toEqual([]);
    await expect(platform.onboard('phoenix')).rejects.toMatchObject({ code: 'slug_taken' });
    const restore = await platform.run((tx) => platform.tenants.restore(platform.ctx, tx, tenantId));
    expect(await platform.ended(restore.id)).toMatchObject({ state: 'succeeded' });
    expect(await stateOf(tenantId)).toBe('active');
    expect((await platform.page('phoenix', '/getCounter')).body).toBe('2');
  });

  test('leaves nothing but a tombstone when it is purged, and its name is free', async () => {
    const tenantId = await onboarded('gone', {
      labels: { tier: 'gold' },
      contact: { email: 'jo@gone.example' },
    });
    expect((await platform.page('gone', '/getCounter')).body).toBe('1');
    expect(await traces('gone', tenantId)).not.toEqual([]);
    const etag = (await platform.tenants.get(platform.ctx, tenantId)).etag;
    const { id } = await platform.run((tx) =>
      platform.tenants.remove(platform.ctx, tx, tenantId, { purge: true, ifMatch: etag }),
    );
    const purge = await platform.ended(id);
    expect(purge).toMatchObject({
      state: 'succeeded',
      result: { erasure: { deleted: true, proof: 'empty scan' } },
    });
    expect(await stateOf(tenantId)).toBe('deleted');
    expect(await traces('gone', tenantId)).toEqual([]);
    const tombstone = await platform.run((tx) => platform.tenants.require(tx, tenantId));
    expect(tombstone).toMatchObject({
      displayName: 'gone',
      contact: null,
      labels: {},
      hostnames: [],
      conditions: [],
    });
    const again = await onboarded('gone');
    expect(again).not.toBe(tenantId);
    expect((await platform.page('gone', '/getCounter')).body).toBe('1');
  });
});

test('twenty clients at once all get a page of their own', async () => {
  const slugs = Array.from({ length: 20 }, (_, i) => `client-${i}`);
  const started = await Promise.all(slugs.map((slug) => platform.onboard(slug)));
  const ended = await Promise.all(started.map(({ id }) => platform.ended(id)));
  expect(ended.map(({ state, error }) => error?.message ?? state)).toEqual(slugs.map(() => 'succeeded'));
  for (const slug of slugs) expect((await platform.page(slug)).body).toContain(`Client ${slug}`);
});
