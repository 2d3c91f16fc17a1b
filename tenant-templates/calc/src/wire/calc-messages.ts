/** The messages of `proto/calc.proto`. Readers throw MalformedMessageError. */
import { ProtoReader, WireType } from './proto-reader.js';
import { ProtoWriter } from './proto-writer.js';

/** MaxRequest and AddRequest: two int64; one that is missing is 0. */
export function readPair(message: Uint8Array): { readonly a: bigint; readonly b: bigint } {
  const reader = new ProtoReader(message);
  const pair = { a: 0n, b: 0n };
  while (!reader.done) {
    const tag = reader.tag();
    if (tag.type !== WireType.varint || tag.field > 2) reader.skip(tag);
    else pair[tag.field === 1 ? 'a' : 'b'] = BigInt.asIntN(64, reader.varint());
  }
  return pair;
}

/** NthPrimesRequest: packed, unpacked, or some of each (https://protobuf.dev/programming-guides/encoding/#packed). */
export function readPlaces(message: Uint8Array): bigint[] {
  const reader = new ProtoReader(message);
  const places: bigint[] = [];
  while (!reader.done) {
    const tag = reader.tag();
    if (tag.field === 1 && tag.type === WireType.varint) places.push(reader.varint());
    else if (tag.field === 1 && tag.type === WireType.bytes) {
      const packed = new ProtoReader(reader.lengthDelimited());
      while (!packed.done) places.push(packed.varint());
    } else reader.skip(tag);
  }
  return places;
}

/** MaxResponse and AddResponse. */
export function writeInt64(value: bigint): Buffer {
  return new ProtoWriter().integer(1, value).finish();
}

/** NthPrimesResponse. */
export function writePrimes(primes: readonly number[]): Buffer {
  return new ProtoWriter().integers(1, primes).finish();
}
