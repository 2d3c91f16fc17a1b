import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBuckets } from './token-buckets.js';

const policy = { quota: 5, windowSeconds: 10 };

test('a whole quota is granted at once, then one request each time that it has earned one', () => {
  const buckets = new TokenBuckets(10);
  const takes = Array.from({ length: 6 }, () => buckets.take('k', policy, 0));
  expect(takes.map(({ allowed }) => allowed)).toEqual([true, true, true, true, true, false]);
  expect(takes[5]).toEqual({ allowed: false, remaining: 0, seconds: 2 });
  expect(buckets.take('k', policy, 1_999).allowed).toBe(false);
  expect(buckets.take('k', policy, 2_000)).toEqual({ allowed: true, remaining: 0, seconds: 2 });
  expect(buckets.take('other', policy, 2_000).remaining).toBe(4);
});

test('in no span of time is more granted than the quota and what the span has earned', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3_000 }), { maxLength: 200 }), (pauses) => {
      const buckets = new TokenBuckets(10);
      let now = 0;
      const granted: number[] = [];
      for (const pause of pauses) {
        now += pause;
        if (buckets.take('k', policy, now).allowed) granted.push(now);
      }
      granted.forEach((from, first) => {
        const until = granted.at(-1) ?? from;
        const earned = ((until - from) / 1000) * (policy.quota / policy.windowSeconds);
        expect(granted.length - first).toBeLessThanOrEqual(policy.quota + earned + 1e-6);
      });
    }),
  );
});

test('whoever waits as long as it was told is let in', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 90 }), (quota, windowSeconds) => {
      const buckets = new TokenBuckets(10);
      let now = 0;
      let refused = buckets.take('k', { quota, windowSeconds }, now);
      while (refused.allowed) refused = buckets.take('k', { quota, windowSeconds }, now);
      now += refused.seconds * 1000;
      expect(buckets.take('k', { quota, windowSeconds }, now).allowed).toBe(true);
    }),
  );
});

test('however many names come, only so many buckets are kept, and the newest among them', () => {
  const buckets = new TokenBuckets(3);
  for (let n = 0; n < 100; n++) buckets.take(`k${n}`, policy, 0);
  expect(buckets.size).toBe(3);
  expect(buckets.look('k99', policy, 0).remaining).toBe(4);
});
