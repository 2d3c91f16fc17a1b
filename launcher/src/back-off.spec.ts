import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCrash, healthyAfterMs, restartDelay } from './back-off.js';

describe('the wait before a crashed service starts again', () => {
  it('is short at first and doubles', () => {
    expect([1, 2, 3, 4].map(restartDelay)).toEqual([250, 500, 1000, 2000]);
  });

  it('never shrinks while crashes go on, and never exceeds half a minute', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (crashes) => {
        expect(restartDelay(crashes + 1)).toBeGreaterThanOrEqual(restartDelay(crashes));
        expect(restartDelay(crashes)).toBeLessThanOrEqual(30_000);
      }),
    );
  });

  it('begins anew after a healthy time', () => {
    expect(countCrash(7, healthyAfterMs)).toBe(1);
    expect(countCrash(7, healthyAfterMs - 1)).toBe(8);
  });
});
