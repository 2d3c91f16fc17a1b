import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, parseInt64 } from './int64.js';
import { OutOfRangeError } from './out-of-range-error.js';
import { lastPlace, nthPrimes } from './primes.js';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('a sum', () => {
  it('is exact, or refused with its numbers', () => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        const fits = a + b === BigInt.asIntN(64, a + b);
        if (fits) expect(add(a, b)).toBe(a + b);
        else expect(() => add(a, b)).toThrow(new OutOfRangeError(`${a} + ${b}`));
      }),
    );
  });
});

describe('a number in decimal text', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(int64, (value) => {
        expect(parseInt64(String(value))).toBe(value);
      }),
    );
  });

  it.each(['', '-', '+1', '1.0', '1e3', ' 1', '0x1', '9223372036854775808', '-9223372036854775809', '١'])(
    '%j is none',
    (text) => {
      expect(parseInt64(text)).toBeUndefined();
    },
  );
});

describe('the n-th prime', () => {
  it('is a prime, and there is none between it and the one before', () => {
    const places = Array.from({ length: lastPlace }, (_, index) => BigInt(index + 1));
    const primes = nthPrimes(places);
    expect([primes[0], primes.at(-1)]).toEqual([2, 104_743]);
    const isPrime = (value: number): boolean => {
      for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false;
      return value > 1;
    };
    const expected = Array.from({ length: 104_744 }, (_, value) => value).filter(isPrime);
    expect(primes).toEqual(expected);
  });

  it.each([0n, -1n, 10_002n, 2n ** 64n - 1n])('is not known for n = %s', (n) => {
    expect(() => nthPrimes([1n, n])).toThrow(new OutOfRangeError('1 <= n <= 10001'));
  });
});
