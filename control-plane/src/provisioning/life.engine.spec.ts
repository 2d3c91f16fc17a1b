import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../operations/operation.js';
import { tenantPatch } from '../tenants/tenant.schema.js';
import type { Tenant } from '../tenants/tenants.service.js';
import { PlatformBench } from './testing/platform-bench.js';
import { registerRelease } from './testing/register-release.js';

let platform: PlatformBench;
beforeAll(async () => {
  platform = await PlatformBench.open();
});
afterAll(() => platform[Symbol.asyncDispose]());

const tenantOf = (slug: string): Promise<Tenant> => platform.run((tx) => platform.tenants.require(tx, slug));

async function onboarded(slug: string, more: Record<string, unknown> = {}): Promise<void> {
  const { id } = await platform.onboard(slug, more);
  expect(await platform.ended(id)).toMatchObject({ state: 'succeeded' });
}

async function patched(slug: string, patch: Record<string, unknown>): Promise<Operation> {
  const { id } = await platform.run((tx) =>
    platform.changes.patch(platform.ctx, tx, slug, tenantPatch.parse(patch), '*'),
  );
  return platform.ended(id);
}

/** The domains of a client's own that the edge has certificates for. */
async function certified(slug: string): Promise<unknown[]> {
  const all = await platform.target.inventory.list({
    cell: 'local',
    types: ['gcp:certificatemanager/certificateMapEntry:CertificateMapEntry'],
  });
  return all.filter(({ name }) => name.startsWith(`t-${slug}-`)).map(({ spec }) => spec['hostname']);
}

describe('a client that is changed', () => {
  test('has its new release, plan, name and hostname when the operation succeeds; the old hostname is free then', async () => {
    await onboarded('change', { hostnames: ['old.example'] });
    const migration = '0001-counters-one-version';
    await registerRelease(platform, '1.1.0', { manifest: { migrations: [migration] } });
    const operation = await patched('change', {
      displayName: 'Changed',
      release: '1.1.0',
      plan: 'standard',
      hostnames: ['new.example'],
      parameters: { maxBlockSize: 5 },
    });
    expect(operation.error).toBeUndefined();
    expect(operation.steps.map(({ name, state }) => `${name} ${state}`)).toEqual(
      ['plan', 'migrate', 'apply', 'publish', 'roll_out', 'verify', 'settle'].map(
        (name) => `${name} succeeded`,
      ),
    );
    expect(await tenantOf('change')).toMatchObject({
      state: 'active',
      displayName: 'Changed',
      release: '1.1.0',
      plan: 'standard',
      hostnames: ['change.localhost', 'new.example'],
      parameters: { maxBlockSize: 5 },
      lastGood: null,
    });
    const ask = (host: string) =>
      platform.target.fetchThroughEdge(host, '/', { signal: AbortSignal.timeout(10_000) });
    expect((await ask('new.example')).status).toBe(200);
    expect((await ask('old.example')).status).toBe(404);
    expect(await certified('change')).toEqual(['new.example']);
    expect(operation.result).toMatchObject({
      certificates: [{ hostname: 'new.example', type: 'CNAME', name: '_acme-challenge.new.example.' }],
    });
    const { rowKeyPrefix } = await tenantOf('change');
    expect(await platform.target.migrateRows(rowKeyPrefix ?? '', migration)).toMatchObject({ done: true });
    const migrated = await platform.target.migrations(rowKeyPrefix ?? '');
    expect(migrated.find(({ id }) => id === migration)).toMatchObject({ state: 'done' });
    await onboarded('heir', { hostnames: ['old.example'] });
  });

  test('keeps what ran before when the new release does not start, and says so', async () => {
    await onboarded('careful', { hostnames: ['kept.example'] });
    await platform.page('careful', '/getCounter');
    await registerRelease(platform, '2.0.0', {
      program: 'console.log("out of order"); process.exit(3);',
    });
    const operation = await patched('careful', { release: '2.0.0', hostnames: ['wished.example'] });
    expect(operation).toMatchObject({ state: 'rolled_back', error: { code: 'not_rolled_out' } });
    expect(operation.error?.message).toMatch(
      /has ended \d+ times in a row: exit code 3.* Its last lines: .*out of order/,
    );
    const tenant = await tenantOf('careful');
    expect(tenant).toMatchObject({
      state: 'active',
      release: '2.0.0',
      hostnames: ['careful.localhost', 'wished.example'],
      lastGood: { release: '1.1.0', hostnames: ['careful.localhost', 'kept.example'] },
    });
    expect(tenant.conditions.find(({ type }) => type === 'Degraded')).toMatchObject({
      status: 'True',
      reason: 'NotRolledOut',
      message: expect.stringMatching(/What ran before was put back\.$/) as string,
    });
    expect((await platform.page('careful', '/getCounter')).body).toBe('2');
    await expect(platform.onboard('thief', { hostnames: ['kept.example'] })).rejects.toMatchObject({
      code: 'hostname_taken',
    });
    const back = await patched('careful', { release: '1.1.0', hostnames: ['kept.example'] });
    expect(back.state).toBe('succeeded');
    const mended = await tenantOf('careful');
    expect(mended.lastGood).toBeNull();
    expect(mended.conditions.find(({ type }) => type === 'Degraded')).toMatchObject({ status: 'False' });
  });

  test('is changed at once where nothing has to run', async () => {
    const before = (await tenantOf('heir')).specRevision;
    const { state, steps } = await patched('heir', {
      labels: { tier: 'gold' },
      contact: { email: 'jo@heir.example' },
      deletionProtection: true,
    });
    expect({ state, steps }).toEqual({ state: 'succeeded', steps: [] });
    const tenant = await tenantOf('heir');
    expect(tenant).toMatchObject({ labels: { tier: 'gold' }, deletionProtection: true });
    expect(tenant.specRevision).toBe(before + 1);
  });
});

describe('a client that is suspended', () => {
  test('shows a branded page that nobody keeps, runs no pod, and is back with its data when it is resumed', async () => {
    const branding = { displayName: 'Pause & Söhne', colors: { primary: '#aa0011' } };
    await onboarded('pause', { release: '1.0.0', branding });
    expect((await platform.page('pause', '/getCounter')).body).toBe('1');
    const { id } = await platform.run((tx) => platform.tenants.suspend(platform.ctx, tx, 'pause'));
    const suspension = await platform.ended(id);
    expect(suspension.error).toBeUndefined();
    expect(suspension.state).toBe('succeeded');
    expect((await tenantOf('pause')).state).toBe('suspended');
    const page = await platform.page('pause');
    expect(page).toMatchObject({
      status: 503,
      headers: { 'cache-control': 'no-store', 'retry-after': '300', 'branding-revision': '1' },
    });
    expect(page.body).toContain('Pause &amp; Söhne');
    expect(page.body).toContain('#aa0011');
    expect((await platform.page('pause', '/getCounter')).body).toContain('"suspended"');
    expect(
      (await platform.target.inventory.pods()).filter(({ namespace }) => namespace === 't-pause'),
    ).toEqual([]);
    const resumption = await platform.run((tx) => platform.tenants.resume(platform.ctx, tx, 'pause'));
    expect(await platform.ended(resumption.id)).toMatchObject({ state: 'succeeded' });
    expect((await tenantOf('pause')).state).toBe('active');
    expect((await platform.page('pause', '/getCounter')).body).toBe('2');
  });
});

describe('a client that is deleted while it is suspended', () => {
  const ended = async (asked: Promise<Operation>): Promise<Operation> => {
    const operation = await platform.ended((await asked).id);
    expect(operation.error?.message).toBeUndefined();
    return operation;
  };

  test('comes back suspended, and runs again only when it is resumed', async () => {
    await onboarded('sleeper', { release: '1.0.0' });
    await ended(platform.run((tx) => platform.tenants.suspend(platform.ctx, tx, 'sleeper')));
    await ended(
      platform.run((tx) =>
        platform.tenants.remove(platform.ctx, tx, 'sleeper', { purge: false, ifMatch: '*' }),
      ),
    );
    expect(await platform.target.resolve('sleeper.localhost')).toEqual([]);
    await ended(platform.run((tx) => platform.tenants.restore(platform.ctx, tx, 'sleeper')));
    const tenant = await tenantOf('sleeper');
    expect(tenant.state).toBe('suspended');
    expect(tenant.conditions.find(({ type }) => type === 'Ready')).toMatchObject({ reason: 'Suspended' });
    expect((await platform.page('sleeper')).status).toBe(503);
    await ended(platform.run((tx) => platform.tenants.resume(platform.ctx, tx, 'sleeper')));
    await ended(
      platform.run((tx) =>
        platform.tenants.remove(platform.ctx, tx, 'sleeper', { purge: false, ifMatch: '*' }),
      ),
    );
    await ended(platform.run((tx) => platform.tenants.restore(platform.ctx, tx, 'sleeper')));
    expect((await tenantOf('sleeper')).state).toBe('active');
  });
});

describe('a release that asks for more than the plan allows', () => {
  test('fails with the words of the cluster, and no pod runs', async () => {
    const limits = { cpu: '5', memory: '256Mi' };
    const free = { requests: { cpu: '50m', memory: '128Mi' }, limits, replicas: { min: 1, max: 1 } };
    await registerRelease(platform, '3.0.0', { manifest: { resources: { free } } });
    const { id } = await platform.onboard('hungry', { release: '3.0.0' });
    const { state, error } = await platform.ended(id);
    expect({ state, code: error?.code }).toEqual({ state: 'failed', code: 'not_reachable' });
    expect(error?.message).toMatch(
      /pods "app-\S+" is forbidden: exceeded quota: limits, requested: limits\.cpu=5, used: limits\.cpu=0, limited: limits\.cpu=2/,
    );
    const pods = await platform.target.inventory.pods();
    expect(pods.filter(({ namespace }) => namespace === 't-hungry')).toEqual([]);
  });
});

describe('an onboarding that fails', () => {
  test('takes everything away by itself when the request says so, and tells why', async () => {
    const { id, tenantId } = await platform.onboard('all-or-nothing', {
      release: '2.0.0',
      onFailure: 'rollback',
    });
    expect(await platform.ended(id)).toMatchObject({
      state: 'rolled_back',
      error: {
        code: 'not_reachable',
        message: expect.stringMatching(/has ended \d+ times in a row/) as string,
      },
    });
    expect((await tenantOf(tenantId ?? '')).state).toBe('deleted');
    const left = await platform.target.inventory.list({ cell: 'local' });
    expect(left.filter((resource) => JSON.stringify(resource).includes(tenantId ?? ''))).toEqual([]);
    await onboarded('all-or-nothing', { release: '1.0.0' });
  });
});
