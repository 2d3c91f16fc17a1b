import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

describe('TokenBucket', () => {
  it('lets no span of time have more than its rate and one second of burst', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), gaps, (rate, pauses) => {
        const bucket = new TokenBucket(rate, 0);
        let now = 0;
        let taken = 0;
        for (const pause of pauses) {
          now += pause;
          if (bucket.take(now)) taken += 1;
        }
        expect(taken).toBeLessThanOrEqual(rate + (now * rate) / 1000 + 1e-6);
      }),
    );
  });

  it('lets a client that keeps its rate through every time', () => {
    const bucket = new TokenBucket(4, 0);
    expect(Array.from({ length: 100 }, (_, i) => bucket.take(i * 250)).every(Boolean)).toBe(true);
  });

  it('says how long to wait, and is right', () => {
    const bucket = new TokenBucket(0.5, 0);
    expect(bucket.take(0)).toBe(true);
    expect(bucket.take(0)).toBe(false);
    expect(bucket.secondsToWait()).toBe(2);
    expect(bucket.take(1_900)).toBe(false);
    expect(bucket.take(2_000)).toBe(true);
  });
});
