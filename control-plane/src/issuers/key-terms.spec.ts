import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostMinutes, publishedKeys, retirement, signingKey, type KeyTerms } from './key-terms.js';

const key = (signsFrom: number, retiresAt?: number): KeyTerms => ({
  signsFrom: new Date(signsFrom),
  retiresAt: retiresAt === undefined ? undefined : new Date(retiresAt),
});

describe('the keys of an issuer', () => {
  it('sign one after the other, the newest that has begun', () => {
    const [old, next] = [key(0, 5_000), key(1_000)];
    expect(signingKey([old, next], 999)).toBe(old);
    expect(signingKey([old, next], 1_000)).toBe(next);
    expect(signingKey([next], 999)).toBeUndefined();
  });

  it('are published before they sign, and until they retire', () => {
    const [old, next] = [key(0, 5_000), key(10_000)];
    expect(publishedKeys([old, next], 4_999)).toEqual([old, next]);
    expect(publishedKeys([old, next], 5_000)).toEqual([next]);
  });

  it('stay published for the whole life of every token that they have signed, over any rotations', () => {
    const gaps = fc.array(fc.nat(10 * 86_400_000), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(gaps, fc.nat(), fc.nat(mostMinutes * 60_000), (pauses, at, life) => {
        let from = 0;
        const begins = [0, ...pauses.map((pause) => (from += pause))];
        const keys = begins.map((begin, index) => {
          const next = begins[index + 1];
          return key(begin, next === undefined ? undefined : retirement(next).getTime());
        });
        const signed = signingKey(keys, at);
        expect(signed).toBeDefined();
        expect(publishedKeys(keys, at + life)).toContain(signed);
      }),
    );
  });
});
