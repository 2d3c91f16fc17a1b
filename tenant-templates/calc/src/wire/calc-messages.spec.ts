import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPair, readPlaces, writeInt64, writePrimes } from './calc-messages.js';
import { MalformedMessageError } from './proto-reader.js';
import { ProtoWriter } from './proto-writer.js';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

describe('a message of the calculator', () => {
  it('holds every int64 exactly', () => {
    fc.assert(
      fc.property(int64, int64, (a, b) => {
        expect(readPair(new ProtoWriter().integer(1, a).integer(2, b).finish())).toEqual({ a, b });
        expect(readPair(writeInt64(a)).a).toBe(a);
      }),
    );
  });

  it('holds lists of numbers exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), (values) => {
        expect(readPlaces(writePrimes(values))).toEqual(values.map(BigInt));
      }),
    );
  });

  it('of any bytes is read, or refused as malformed, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        for (const read of [readPair, readPlaces]) {
          try {
            read(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedMessageError);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
