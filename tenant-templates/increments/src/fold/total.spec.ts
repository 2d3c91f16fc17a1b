import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greatestInt64 } from '../accept/parse-increment.js';
import { addRun, decodeTotal, encodeTotal, foldInto, noTotal } from './total.js';

const run = (value: bigint, count = 1) => ({ value, count });
const runs = fc.array(
  fc.record({ value: fc.bigInt(1n, greatestInt64), count: fc.integer({ min: 1, max: 9 }) }),
  {
    maxLength: 30,
  },
);

describe('a total', () => {
  it('takes each batch of a writer once', () => {
    const once = foldInto(noTotal, 'a', [
      { seq: 1, runs: [run(2n)] },
      { seq: 3, runs: [run(5n, 2)] },
    ]);
    expect(once?.value).toBe(12n);
    expect(once && foldInto(once, 'a', [{ seq: 3, runs: [run(5n, 2)] }])).toBeUndefined();
    expect(once && foldInto(once, 'b', [{ seq: 1, runs: [run(1n)] }])?.value).toBe(13n);
  });

  it('never goes beyond int64, and loses nothing of what does not fit', () => {
    fc.assert(
      fc.property(runs, (all) => {
        const total = all.reduce(addRun, noTotal);
        expect(total.value <= greatestInt64).toBe(true);
        const dead = total.dead.reduce(
          (sum, { value, count }) => sum + value * BigInt(count),
          total.deadRest.sum,
        );
        expect(total.value + dead).toBe(
          all.reduce((sum, { value, count }) => sum + value * BigInt(count), 0n),
        );
      }),
    );
  });

  it('keeps what does not fit in bounds, however many different values there are', () => {
    let total = addRun(noTotal, run(greatestInt64));
    for (let value = 1n; value <= 1_500n; value++) total = addRun(total, run(value));
    expect(total.dead).toHaveLength(1_000);
    expect(total.deadRest).toEqual({ sum: (1_001n + 1_500n) * 250n, count: 500 });
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(runs, fc.dictionary(fc.string({ minLength: 1 }), fc.nat()), (all, folded) => {
        const total = { ...all.reduce(addRun, noTotal), folded: new Map(Object.entries(folded)) };
        expect(decodeTotal(encodeTotal(total))).toEqual(total);
      }),
    );
  });
});
