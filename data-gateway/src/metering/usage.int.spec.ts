import { rowKey } from '@leasehold/tenant-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { GatewayUnderTest, type Tenant } from '../testing/gateway-under-test.js';
import { until } from '../testing/until.js';

const answer = z.strictObject({
  until: z.iso.datetime(),
  hours: z.array(
    z.strictObject({
      prefix: z.string(),
      hour: z.iso.datetime(),
      calls: z.int(),
      rowsRead: z.int(),
      bytesRead: z.int(),
      rowsWritten: z.int(),
      bytesWritten: z.int(),
      tokens: z.int(),
    }),
  ),
});

describe('the usage of tenants', () => {
  let under: GatewayUnderTest;
  let acme: Tenant;
  let globex: Tenant;

  beforeAll(async () => {
    under = await GatewayUnderTest.start({ compactAboveBytes: 20_000 });
    acme = await under.tenant('acme');
    globex = await under.tenant('globex');
  });
  afterAll(() => under[Symbol.asyncDispose]());

  const ask = async (path: string, token?: string): Promise<{ status: number; body: unknown }> => {
    const authorization = `Bearer ${token ?? (await under.issuer.controlPlaneToken())}`;
    const response = await fetch(`${under.adminUrl}/admin/v1/${path}`, { headers: { authorization } });
    return { status: response.status, body: await response.json() };
  };
  /** Sums over the hours, since a test may run over the end of one. */
  const sums = async ({ prefix }: Tenant): Promise<Record<string, number>> => {
    const { hours } = answer.parse((await ask('usage')).body);
    const total = { calls: 0, rowsRead: 0, bytesRead: 0, rowsWritten: 0, bytesWritten: 0, tokens: 0 };
    for (const each of hours.filter((one) => one.prefix === prefix)) {
      total.calls += each.calls;
      total.rowsRead += each.rowsRead;
      total.bytesRead += each.bytesRead;
      total.rowsWritten += each.rowsWritten;
      total.bytesWritten += each.bytesWritten;
      total.tokens += each.tokens;
    }
    return total;
  };

  test('is each row and byte that was written, to its tenant, whatever the call', async () => {
    const { data, prefix } = acme;
    const key = (part: string): string => rowKey(prefix, part);
    await data.put('counters', key('a'), { 'c:v': '1' });
    await data.increment('counters', key('n'), 'c:n', 1n);
    await data.mutateMany(
      'counters',
      ['x', 'y', 'z'].map((part) => ({ key: key(part), mutations: [{ set: 'c:v', value: part }] })),
    );
    await data.compareAndSet('counters', key('a'), 'c:v', '1', '2');
    expect(await data.compareAndSet('counters', key('a'), 'c:v', '1', '3')).toBe(false);
    await data.put('counters', key('a'), { 'nope:v': '1' }).catch(() => undefined);
    await data.scan('counters', { limit: 10 });
    await globex.data.put('counters', rowKey(globex.prefix, 'a'), { 'c:v': '1' });
    expect(await sums(acme)).toMatchObject({ calls: 7, rowsWritten: 6, rowsRead: 5 });
    expect(await sums(globex)).toMatchObject({ calls: 1, rowsWritten: 1, rowsRead: 0 });
  });

  test('is each token that a write has charged, once; none where the write has changed nothing', async () => {
    const { data, prefix } = acme;
    const key = rowKey(prefix, 'ledger');
    const charge = (version: bigint, tokens: number): Promise<boolean> =>
      data.checkAndMutate(
        'counters',
        key,
        { column: 'c:version', equals: version === 0n ? undefined : version },
        { then: [{ set: 'c:version', value: version + 1n }], tokens },
      );
    expect(await charge(0n, 3)).toBe(true);
    expect(await charge(0n, 100)).toBe(false);
    expect(await charge(1n, 4)).toBe(true);
    await expect(charge(2n, -5)).rejects.toThrow(/leasehold-tokens/);
    await expect(charge(2n, 0.5)).rejects.toThrow(/leasehold-tokens/);
    const raced = await Promise.all(Array.from({ length: 20 }, () => charge(2n, 5)));
    expect(raced.filter((won) => won)).toHaveLength(1);
    expect((await sums(acme))['tokens']).toBe(12);
    expect((await sums(globex))['tokens']).toBe(0);
  });

  test('is the same after a restart, a lost emulator and a compaction', async () => {
    const before = await sums(acme);
    await under.restart();
    expect(await sums(acme)).toEqual(before);
    await under.killEmulator();
    await acme.data.get('counters', rowKey(acme.prefix, 'a'));
    const value = 'x'.repeat(3000);
    for (let index = 0; index < 10; index++)
      await globex.data.put('counters', rowKey(globex.prefix, 'big'), { 'c:v': value });
    await until(async () => (await under.logFiles()).some((name) => name.endsWith('.snapshot')));
    const after = { ...before, calls: (before['calls'] ?? 0) + 1, rowsRead: (before['rowsRead'] ?? 0) + 1 };
    expect(await sums(acme)).toMatchObject({ ...after, bytesRead: expect.any(Number) as unknown });
    const both = [await sums(acme), await sums(globex)];
    await under.restart();
    expect([await sums(acme), await sums(globex)]).toEqual(both);
  });

  test('what a prefix holds is counted by reading it', async () => {
    const { data, prefix } = await under.tenant('small');
    await data.put('counters', rowKey(prefix, 'k'), { 'c:v': 'four' });
    const bytes = rowKey(prefix, 'k').length + 'v'.length + 'four'.length;
    expect((await ask(`prefixes/${prefix}/stored`)).body).toEqual({ rows: 1, bytes });
  });

  test('is for the control plane alone, and from a time that can be read', async () => {
    expect((await ask('usage', acme.token)).status).toBe(403);
    expect((await ask(`prefixes/${acme.prefix}/stored`, globex.token)).status).toBe(403);
    expect((await ask('usage?since=yesterday')).status).toBe(400);
    expect(await ask('usage?since=2999-01-01T00:00:00Z')).toMatchObject({ status: 200, body: { hours: [] } });
  });
});
