/** Writes Protocol Buffers; fields that have their default value are left out, as proto3 does. */
export class ProtoWriter {
  readonly #parts: Buffer[] = [];

  /** A number field: int64 or uint64. */
  integer(field: number, value: bigint): this {
    if (value !== 0n) this.#parts.push(varint(BigInt(field << 3)), varint(BigInt.asUintN(64, value)));
    return this;
  }

  /** A packed repeated field of numbers up to 2^31. */
  integers(field: number, values: readonly number[]): this {
    if (values.length === 0) return this;
    const packed = Buffer.allocUnsafe(values.length * 5);
    let length = 0;
    for (const value of values) {
      let rest = value;
      for (; rest >= 0x80; rest >>>= 7) packed[length++] = (rest & 0x7f) | 0x80;
      packed[length++] = rest;
    }
    return this.bytes(field, packed.subarray(0, length));
  }

  text(field: number, value: string): this {
    return value === '' ? this : this.bytes(field, Buffer.from(value));
  }

  /** A field of bytes, or a message within the message; written also when it is empty. */
  bytes(field: number, value: Buffer): this {
    this.#parts.push(varint(BigInt((field << 3) | 2)), varint(BigInt(value.length)), value);
    return this;
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
