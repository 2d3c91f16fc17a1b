import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromReversedTime, fromSortable, reversedTime, sortable } from './key-order.js';

const numbers = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const times = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const order = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('numbers and times in row keys', () => {
  test('numbers sort as numbers, have one length and come back', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(Math.sign(order(sortable(a), sortable(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(sortable(a)).toHaveLength(19);
        expect(fromSortable(sortable(a))).toBe(a);
      }),
    );
  });

  test('times sort the newest first, have one length and come back', () => {
    fc.assert(
      fc.property(times, times, (a, b) => {
        expect(Math.sign(order(reversedTime(a), reversedTime(b)))).toBe(Math.sign(b - a));
        expect(reversedTime(a)).toHaveLength(16);
        expect(fromReversedTime(reversedTime(a))).toBe(a);
      }),
    );
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53, 2n ** 63n])('%s is no sortable number', (value) => {
    expect(() => sortable(value)).toThrow(RangeError);
  });

  test.each([-1, 1.5, 8_640_000_000_000_001])('%s is no time', (value) => {
    expect(() => reversedTime(value)).toThrow(RangeError);
  });
});
