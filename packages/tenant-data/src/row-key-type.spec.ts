import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isInside, newPrefix } from './prefix.js';
import { int64Part, rowKeyType, textPart, timePart } from './row-key-type.js';

const prefixes = fc.uint8Array({ minLength: 10, maxLength: 10 }).map((bytes) => newPrefix(() => bytes));
const users = fc.string({ unit: 'binary', maxLength: 20 }).filter((each) => each.isWellFormed());
const times = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const numbers = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const movement = rowKeyType<[string, number, bigint]>('mv', textPart, timePart, int64Part);
const order = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('keys of a type of rows', () => {
  test('come back as they were made, inside their prefix', () => {
    fc.assert(
      fc.property(prefixes, users, times, numbers, (prefix, user, time, number) => {
        const key = movement.of(prefix, user, time, number);
        expect(movement.parts(prefix, key)).toEqual([user, time, number]);
        expect(isInside(prefix, key)).toBe(true);
      }),
    );
  });

  test('sort by their parts: text by its bytes, then the newest first, then by number', () => {
    fc.assert(
      fc.property(
        prefixes,
        users,
        fc.tuple(times, numbers),
        fc.tuple(times, numbers),
        (prefix, user, a, b) => {
          const expected = a[0] === b[0] ? Number(a[1] > b[1]) - Number(a[1] < b[1]) : Math.sign(b[0] - a[0]);
          expect(Math.sign(order(movement.of(prefix, user, ...a), movement.of(prefix, user, ...b)))).toBe(
            expected,
          );
        },
      ),
    );
  });

  test('a range holds the keys with its first parts and no others, of no other tenant or type', () => {
    const other = rowKeyType<[string]>('mvx', textPart);
    fc.assert(
      fc.property(prefixes, prefixes, users, users, times, (prefix, foreign, user, another, time) => {
        const { start, end } = movement.range(prefix, user);
        const within = (key: string): boolean => order(start, key) <= 0 && order(key, end) < 0;
        expect(within(movement.of(prefix, user, time, 1n))).toBe(true);
        expect(within(movement.of(prefix, another, time, 1n))).toBe(another === user);
        expect(within(movement.of(foreign, user, time, 1n))).toBe(foreign === prefix);
        expect(within(other.of(prefix, user))).toBe(false);
      }),
    );
  });

  test('a key of another type is refused', () => {
    const prefix = '0123456789';
    expect(() => movement.parts(prefix, rowKeyType<[string]>('acct', textPart).of(prefix, 'a'))).toThrow(
      TypeError,
    );
  });
});
