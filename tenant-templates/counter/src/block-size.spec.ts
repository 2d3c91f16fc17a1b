import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextBlockSize } from './block-size.js';

describe('the size of a reservation', () => {
  it.each([
    ['the first request', { size: 0, lastedMs: Infinity, waiting: 1 }, 1],
    ['a request now and then', { size: 1, lastedMs: 30_000, waiting: 1 }, 1],
    ['a block that was gone at once', { size: 8, lastedMs: 20, waiting: 1 }, 64],
    ['a block that lasted as wanted', { size: 64, lastedMs: 500, waiting: 1 }, 64],
    ['a block that lasted long', { size: 512, lastedMs: 2_000, waiting: 1 }, 64],
    ['a busy time that is over', { size: 4_096, lastedMs: 60_000, waiting: 1 }, 1],
    ['many who wait', { size: 1, lastedMs: 60_000, waiting: 300 }, 300],
    ['more demand than the bound', { size: 4_096, lastedMs: 1, waiting: 20_000 }, 10_000],
  ])('after %s', (_, demand, size) => {
    expect(nextBlockSize(demand, 10_000)).toBe(size);
  });

  it('is always a whole number between 1 and the bound', () => {
    const demand = fc.record({
      size: fc.nat(100_000),
      lastedMs: fc.oneof(fc.double({ min: 0, noNaN: true }), fc.constant(Infinity)),
      waiting: fc.nat(100_000),
    });
    fc.assert(
      fc.property(demand, fc.integer({ min: 1, max: 100_000 }), (given, max) => {
        const size = nextBlockSize(given, max);
        expect(Number.isInteger(size) && size >= 1 && size <= max).toBe(true);
      }),
    );
  });

  it('settles under steady demand at a block that lasts an eighth of a second to a second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000 }), fc.nat(10_000), (perSecond, start) => {
        let size = start;
        for (let i = 0; i < 20; i++)
          size = nextBlockSize({ size, lastedMs: (size / perSecond) * 1000, waiting: 1 }, 10_000);
        const lasts = (size / perSecond) * 1000;
        expect(lasts >= 125 || size === 10_000).toBe(true);
        expect(lasts <= 1_000 || size === 1).toBe(true);
        const next = nextBlockSize({ size, lastedMs: lasts, waiting: 1 }, 10_000);
        expect(next).toBe(size);
      }),
    );
  });
});
