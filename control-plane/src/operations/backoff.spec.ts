import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.js';

test('a wait doubles with each attempt, stays within its bounds, and is never less than half of its full length', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempt, chance) => {
        const terms = { firstMs: 200, longestMs: 10_000 };
        const full = Math.min(10_000, 200 * 2 ** (attempt - 1));
        expect(backoffMs(attempt, chance, terms)).toBeGreaterThanOrEqual(full / 2);
        expect(backoffMs(attempt, chance, terms)).toBeLessThanOrEqual(full);
      },
    ),
  );
});
