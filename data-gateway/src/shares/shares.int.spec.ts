import { protos } from '@google-cloud/bigtable-api';
import { DataUnavailableError, rowKey } from '@leasehold/tenant-data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frame } from '../grpc/frames.js';
import { Status } from '../grpc/grpc-error.js';
import { counters, GatewayUnderTest, type Tenant } from '../testing/gateway-under-test.js';
import { RawClient } from '../testing/raw-client.js';
import { until } from '../testing/until.js';

/** A flood of 300 fits into what a tenant may do at once. */
const share = { callsPerSecond: 150, bytesPerSecond: 1024 * 1024, weight: 1 };

describe('tenants that share a gateway', () => {
  let under: GatewayUnderTest;
  let greedy: Tenant;
  let modest: Tenant;

  beforeAll(async () => {
    under = await GatewayUnderTest.start({ share });
    greedy = await under.tenant('greedy');
    modest = await under.tenant('modest');
  });
  afterAll(() => under[Symbol.asyncDispose]());

  const increment = ({ prefix }: Tenant, part: string): Buffer => {
    const rules = [{ familyName: 'c', columnQualifier: Buffer.from('n'), incrementAmount: 1 }];
    const request = { tableName: counters, rowKey: Buffer.from(rowKey(prefix, part)), rules };
    return frame(Buffer.from(protos.google.bigtable.v2.ReadModifyWriteRowRequest.encode(request).finish()));
  };

  test('the calls of one are answered while the flood of another still waits', async () => {
    await modest.data.increment('counters', rowKey(modest.prefix, 'n'), 'c:n', 1n);
    const raw = new RawClient(under.port);
    let answered = 0;
    const flood = Array.from({ length: 290 }, async (_, index) => {
      const { status } = await raw.send('ReadModifyWriteRow', increment(greedy, `r${index}`), greedy.token);
      answered++;
      return status;
    });
    await Promise.race(flood);
    const before = answered;
    expect(await modest.data.increment('counters', rowKey(modest.prefix, 'n'), 'c:n', 1n)).toBe(2n);
    expect(answered - before).toBeLessThan(200);
    expect(new Set(await Promise.all(flood))).toEqual(new Set([Status.ok]));
    raw.close();
  });

  test('beyond its share a tenant is told that nothing was applied and when to come again; others go on', async () => {
    const { data, prefix } = await under.tenant('flooding');
    await under.setShare('flooding', { ...share, callsPerSecond: 20 });
    const key = rowKey(prefix, 'sum');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 500 }, () => data.increment('counters', key, 'c:n', 1n)),
    );
    const errors = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    const refused = errors.filter((error) => error instanceof DataUnavailableError);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ retryAfterSeconds: 1, cause: { code: Status.resourceExhausted } });
    const { data: others, prefix: theirs } = await under.tenant('other');
    expect(await others.increment('counters', rowKey(theirs, 'n'), 'c:n', 1n)).toBe(1n);
    // A read waits for its turn until its deadline.
    const stored = (await data.get('counters', key))?.cells.get('c:n')?.readBigInt64BE();
    expect(Number(stored)).toBeGreaterThanOrEqual(outcomes.length - errors.length);
    expect(Number(stored)).toBeLessThanOrEqual(outcomes.length - refused.length);
  });

  test('a larger plan lets its tenant use more, without a restart, and again less when it is taken back', async () => {
    const { data, prefix } = await under.tenant('growing');
    const key = rowKey(prefix, 'n');
    /** Whether all of many calls at once were let in. */
    const roomy = async (): Promise<boolean> => {
      const calls = Array.from({ length: 30 }, () => data.increment('counters', key, 'c:n', 1n));
      return (await Promise.allSettled(calls)).every(({ status }) => status === 'fulfilled');
    };
    for (const [callsPerSecond, expected] of [
      [5, false],
      [100_000, true],
      [5, false],
    ] as const) {
      await under.setShare('growing', { ...share, callsPerSecond });
      await until(async () => (await roomy()) === expected);
    }
  });

  test("a plan that says nothing leaves its tenants the gateway's own share", async () => {
    const { data, prefix } = await under.tenant('silent');
    await under.setShare('silent', share);
    await under.sql(`update leasehold.plans set spec = '{}' where spec = $1`, [
      JSON.stringify({ data: share }),
    ]);
    expect(await data.increment('counters', rowKey(prefix, 'n'), 'c:n', 1n)).toBe(1n);
  });
});
