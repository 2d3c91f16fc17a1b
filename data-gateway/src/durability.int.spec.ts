import { rowKey } from '@leasehold/tenant-data';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Status } from './grpc/grpc-error.js';
import { FaultyDisk } from './testing/faulty-disk.js';
import { GatewayUnderTest, type Tenant } from './testing/gateway-under-test.js';
import { RawClient } from './testing/raw-client.js';
import { dump, TenantLoad } from './testing/tenant-load.js';
import { until } from './testing/until.js';

let under: GatewayUnderTest;
let tenant: Tenant;
let raw: RawClient;
let disk: FaultyDisk;

beforeEach(async () => {
  disk = new FaultyDisk();
  under = await GatewayUnderTest.start({ openFile: disk.open, compactAboveBytes: 50_000 });
  tenant = await under.tenant('acme');
  raw = new RawClient(under.port);
});
afterEach(async () => {
  raw.close();
  await under[Symbol.asyncDispose]();
});

const loads = (count: number): TenantLoad[] =>
  Array.from({ length: count }, (_, index) => new TenantLoad(() => raw, tenant, `load${index}`));

/** Everything acknowledged is there, and no increment more than was sent. */
async function expectAcknowledged(all: readonly TenantLoad[]): Promise<void> {
  const cells = new Set((await dump(raw, tenant)).map((line) => line.replace(/@\d+/, '')));
  for (const [key, value] of all.flatMap((load) => [...load.written]))
    expect(cells).toContain(`${key} c:v=${value}`);
  for (const key of new Set(all.flatMap((load) => [...load.sums.keys()]))) {
    const acknowledged = all.reduce((sum, load) => sum + (load.sums.get(key)?.acknowledged ?? 0), 0);
    const inDoubt = all.reduce((sum, load) => sum + (load.sums.get(key)?.inDoubt ?? 0), 0);
    const value = await tenant.data.increment('counters', key, 'k:n', 0n);
    expect(value).toBeGreaterThanOrEqual(BigInt(acknowledged));
    expect(value).toBeLessThanOrEqual(BigInt(acknowledged + inDoubt));
  }
}

async function settledDump(): Promise<string[]> {
  let last: string[] = [];
  await until(async () => {
    const now = await dump(raw, tenant);
    const versions = now.filter((line) => / [ch]:/.test(line)).map((line) => line.split('@')[0] ?? '');
    const excess = versions.some(
      (column) => versions.filter((each) => each === column).length > (column.includes(' h:') ? 3 : 1),
    );
    const quiet = !excess && JSON.stringify(now) === JSON.stringify(last);
    last = now;
    return quiet;
  });
  return last;
}

describe('what was acknowledged survives', () => {
  test('the death of the emulator, with exactly the same cells, versions and times', async () => {
    const all = loads(8);
    await Promise.all(all.map((load) => load.run(60)));
    const before = await settledDump();
    await under.killEmulator();
    await until(() =>
      tenant.data.ping().then(
        () => true,
        () => false,
      ),
    );
    expect(await dump(raw, tenant)).toEqual(before);
    await expectAcknowledged(all);
  });

  test('an emulator that hangs: pods hear of it, and it is started again', async () => {
    await using hanging = await GatewayUnderTest.start({ silenceMs: 2000 });
    const { data, prefix } = await hanging.tenant('acme');
    const key = rowKey(prefix, 'n');
    await data.increment('counters', key, 'c:n', 7n);
    const { emulator } = hanging;
    process.kill(-(emulator?.pid ?? 0), 'SIGSTOP');
    await expect(data.ping()).rejects.toThrow('does not answer');
    await until(async () => {
      const served = await data.ping().then(
        () => true,
        () => false,
      );
      return served && hanging.emulator !== emulator;
    });
    expect(await data.increment('counters', key, 'c:n', 0n)).toBe(7n);
  });

  test('the death of the emulator in the middle of the load, three times', async () => {
    const all = loads(8);
    for (let round = 0; round < 3; round++) {
      const goal = all.reduce((sum, load) => sum + load.acknowledged, 0) + 100;
      const running = Promise.all(all.map((load) => load.run(40)));
      await until(() => all.reduce((sum, load) => sum + load.acknowledged, 0) >= goal);
      await under.killEmulator();
      await running;
      await until(() =>
        tenant.data.ping().then(
          () => true,
          () => false,
        ),
      );
    }
    await expectAcknowledged(all);
    const before = await settledDump();
    await under.restart();
    raw.close();
    raw = new RawClient(under.port);
    expect(await dump(raw, tenant)).toEqual(before);
  });

  test('compaction under load, and the start from the snapshot', async () => {
    const all = loads(8);
    await Promise.all(all.map((load) => load.run(100)));
    await until(async () => (await under.logFiles()).some((name) => name.endsWith('.snapshot')));
    await Promise.all(all.map((load) => load.run(20)));
    const before = await settledDump();
    await under.restart();
    raw.close();
    raw = new RawClient(under.port);
    expect(await dump(raw, tenant)).toEqual(before);
    await expectAcknowledged(all);
  });
});

describe('while the disk refuses the log', () => {
  const inDoubt = { name: 'OutcomeUnknownError', cause: { code: Status.unavailable } };
  const notApplied = { name: 'DataUnavailableError', cause: { code: Status.unavailable } };
  const key = (): string => rowKey(tenant.prefix, 'n');

  test('writes are UNAVAILABLE, reads go on, and both go on when there is room', async () => {
    await tenant.data.increment('counters', key(), 'c:n', 1n);
    disk.room = 10;
    await expect(tenant.data.increment('counters', key(), 'c:n', 1n)).rejects.toMatchObject(inDoubt);
    const refused = tenant.data.compareAndSet('counters', key(), 'c:v', undefined, 'x');
    await expect(refused).rejects.toMatchObject(notApplied);
    expect((await tenant.data.get('counters', key()))?.cells.has('c:n')).toBe(true);
    expect((await fetch(`${under.adminUrl}/healthz`)).status).toBe(503);
    disk.room = Infinity;
    await until(async () => (await fetch(`${under.adminUrl}/healthz`)).status === 200);
    const value = await tenant.data.increment('counters', key(), 'c:n', 1n);
    expect([2n, 3n]).toContain(value);
    await under.restart();
    expect(await tenant.data.increment('counters', key(), 'c:n', 0n)).toBe(value);
  });

  test('the death of the emulator loses nothing that was acknowledged, and shows nothing that was not logged', async () => {
    await tenant.data.increment('counters', key(), 'c:n', 1n);
    disk.room = 0;
    await expect(tenant.data.increment('counters', key(), 'c:n', 100n)).rejects.toMatchObject(inDoubt);
    await under.killEmulator();
    await until(() =>
      tenant.data.ping().then(
        () => true,
        () => false,
      ),
    );
    disk.room = Infinity;
    await until(async () => (await fetch(`${under.adminUrl}/healthz`)).status === 200);
    expect(await tenant.data.increment('counters', key(), 'c:n', 1n)).toBe(2n);
  });
});

test('old versions are deleted, also after a restart', async () => {
  const key = rowKey(tenant.prefix, 'hot');
  for (let index = 0; index < 30; index++) await tenant.data.increment('counters', key, 'c:n', 1n);
  for (let index = 0; index < 30; index++) await tenant.data.put('counters', key, { 'h:v': String(index) });
  const count = async (family: string): Promise<number> =>
    (await dump(raw, tenant)).filter((line) => line.includes(` ${family}:`)).length;
  await until(async () => (await count('c')) === 1 && (await count('h')) === 3);
  const before = await dump(raw, tenant);
  await under.restart();
  raw.close();
  raw = new RawClient(under.port);
  expect(await dump(raw, tenant)).toEqual(before);
});

test('a write that the server refuses leaves nothing behind that a restart would take away', async () => {
  const key = rowKey(tenant.prefix, 'text');
  await tenant.data.put('counters', key, { 'c:v': 'not a number' });
  await expect(tenant.data.increment('counters', key, 'c:v', 1n)).rejects.toThrow();
  const before = await dump(raw, tenant);
  await under.restart();
  raw.close();
  raw = new RawClient(under.port);
  expect(await dump(raw, tenant)).toEqual(before);
});
