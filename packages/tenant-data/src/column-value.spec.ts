import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseColumn, toBytes, toInt64 } from './column-value.js';

describe('columns and values', () => {
  test('every number of 64 bits comes back as it was written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(toInt64(toBytes(value))).toBe(value);
      }),
    );
  });

  test('a number beyond 64 bits, and bytes that are no number, are refused', () => {
    expect(() => toBytes(2n ** 63n)).toThrow(RangeError);
    expect(() => toInt64(Buffer.from('seven77'))).toThrow('7 bytes');
  });

  test('a column is a family and a qualifier, which may itself have colons', () => {
    expect(parseColumn('c:a:b')).toEqual({ family: 'c', qualifier: Buffer.from('a:b') });
    expect(() => parseColumn(':a')).toThrow('family:qualifier');
  });
});
