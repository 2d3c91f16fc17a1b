import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ForeignRowKeyError,
  isInside,
  isPrefix,
  newPrefix,
  prefixRange,
  requireInside,
  rowKey,
  rowKeyParts,
} from './prefix.js';

const prefixes = fc.uint8Array({ minLength: 10, maxLength: 10 }).map((bytes) => newPrefix(() => bytes));
const texts = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => text.isWellFormed());
const nasty = fc.string({
  unit: fc.constantFrom('#', '$', '\0', ' ', 'a', '%', '~', '\uffff', '😀'),
  maxLength: 8,
});
const partLists = fc.array(fc.oneof(texts, nasty), { minLength: 1, maxLength: 5 });

const compare = (a: string, b: string): number => Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}

describe('row-key prefixes', () => {
  test('every new prefix has the format of the registry', () => {
    fc.assert(fc.property(prefixes, (prefix) => /^[0-9a-hjkmnp-tv-z]{10}$/.test(prefix) && isPrefix(prefix)));
  });

  test('random prefixes do not repeat', () => {
    const many = new Set(Array.from({ length: 10_000 }, () => newPrefix(randomBytes)));
    expect(many.size).toBe(10_000);
  });

  test('no key of a tenant lies in the range of another', () => {
    fc.assert(
      fc.property(prefixes, prefixes, partLists, (mine, other, parts) => {
        fc.pre(mine !== other);
        const key = rowKey(mine, ...parts);
        const range = prefixRange(other);
        expect(isInside(other, key)).toBe(false);
        expect(compare(key, range.start) >= 0 && compare(key, range.end) < 0).toBe(false);
        expect(() => requireInside(other, key)).toThrow(ForeignRowKeyError);
      }),
    );
  });

  test('every key of a tenant lies in its own range', () => {
    fc.assert(
      fc.property(prefixes, partLists, (prefix, parts) => {
        const key = rowKey(prefix, ...parts);
        const range = prefixRange(prefix);
        expect(compare(key, range.start)).not.toBe(-1);
        expect(compare(key, range.end)).toBe(-1);
      }),
    );
  });

  test('parts come back as they were given', () => {
    fc.assert(
      fc.property(prefixes, partLists, (prefix, parts) => {
        expect(rowKeyParts(prefix, rowKey(prefix, ...parts))).toEqual(parts);
      }),
    );
  });

  test('keys sort as their lists of parts do', () => {
    fc.assert(
      fc.property(prefixes, partLists, partLists, (prefix, a, b) => {
        expect(compare(rowKey(prefix, ...a), rowKey(prefix, ...b))).toBe(compareLists(a, b));
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['', 'short', 'UPPERCASE0', 'with-dash0', 'ilou000000', '0123456789a'])(
    '%j is refused as a prefix',
    (prefix) => {
      expect(() => rowKey(prefix, 'a')).toThrow(TypeError);
    },
  );

  test('a key beyond the limit of Bigtable and text without a UTF-8 form are refused', () => {
    expect(() => rowKey('0123456789', 'x'.repeat(4090))).toThrow('4096');
    expect(() => rowKey('0123456789', '\ud800')).toThrow('well-formed');
  });
});
