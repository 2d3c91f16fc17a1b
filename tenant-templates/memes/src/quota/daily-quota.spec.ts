import { OutcomeUnknownError } from '@leasehold/tenant-data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DailyQuota } from './daily-quota.js';

const prefix = '0123456789';

/** The counters that replicas share; some answers get lost after they took effect. */
function sharedCounters(lost: boolean[] = []) {
  const counters = new Map<string, bigint>();
  return {
    increment: async (_table: string, key: string, _column: string, by: bigint): Promise<bigint> => {
      await Promise.resolve();
      const value = (counters.get(key) ?? 0n) + by;
      counters.set(key, value);
      if (lost.shift() === true) throw new OutcomeUnknownError('lost');
      return value;
    },
  };
}

describe('a quota a day', () => {
  it('is never exceeded, whatever replicas take, give back or lose', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.boolean(), { maxLength: 20 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.boolean()), { maxLength: 500 }),
        async (perDay, lost, calls) => {
          const data = sharedCounters([...lost]);
          const replicas = [0, 1, 2].map(() => new DailyQuota({ data, prefix, perDay, now: () => 0 }));
          let used = 0;
          for (const [index, failed] of calls) {
            const quota = replicas[index]!;
            const taken = await quota.take().catch((error: unknown) => {
              if (error instanceof OutcomeUnknownError) return undefined;
              throw error;
            });
            if (failed) taken?.giveBack();
            else if (taken) used += 1;
          }
          expect(used).toBeLessThanOrEqual(perDay);
        },
      ),
    );
  });

  it('can be used to the last one by one replica', async () => {
    const quota = new DailyQuota({ data: sharedCounters(), prefix, perDay: 250, now: () => 0 });
    const taken = await Promise.all(Array.from({ length: 300 }, () => quota.take()));
    expect(taken.filter(Boolean)).toHaveLength(250);
  });

  it('begins anew with the day of UTC', async () => {
    const clock = { now: Date.parse('2026-05-04T23:59:59Z') };
    const quota = new DailyQuota({ data: sharedCounters(), prefix, perDay: 1, now: () => clock.now });
    const last = await quota.take();
    expect([last === undefined, await quota.take(), quota.secondsToWait]).toEqual([false, undefined, 1]);
    clock.now += 1_000;
    expect(await quota.take()).toBeDefined();
    last?.giveBack();
    expect(await quota.take()).toBeUndefined();
  });
});
