/** Reads Protocol Buffers by hand: the calculator's messages have five fields, and a library costs a pod its quick start. */

/** The bytes are no message. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

/** https://protobuf.dev/programming-guides/encoding/#structure */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Groups within groups that an unknown field may have, as other implementations allow. */
const deepest = 100;

export class ProtoReader {
  #position = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get done(): boolean {
    return this.#position >= this.bytes.length;
  }

  /** The next field's number and wire type. */
  tag(): { readonly field: number; readonly type: number } {
    const tag = this.varint();
    if (tag > 0xffff_ffffn || tag < 8n) throw new MalformedMessageError('A field has no valid number.');
    return { field: Number(tag >> 3n), type: Number(tag & 7n) };
  }

  /** An unsigned number of 64 bits; higher bits are dropped, as by every other reader. */
  varint(): bigint {
    let low = 0;
    let shift = 0;
    let value = 0n;
    for (let length = 0; length < 10; length++) {
      const byte = this.bytes[this.#position++];
      if (byte === undefined) throw new MalformedMessageError('A number is cut short.');
      // Up to 28 bits are gathered in a small number, since bigints are slow.
      if (shift < 28) low += (byte & 0x7f) * 2 ** shift;
      else value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return BigInt.asUintN(64, value + BigInt(low));
      shift += 7;
    }
    throw new MalformedMessageError('A number has more than ten bytes.');
  }

  /** A field of bytes. */
  lengthDelimited(): Uint8Array {
    const length = Number(this.varint());
    return this.#take(this.#position + length);
  }

  /** Skips the value of an unknown field (proto3: they are ignored). */
  skip({ field, type }: { readonly field: number; readonly type: number }, depth = 0): void {
    switch (type) {
      case WireType.varint:
        this.varint();
        return;
      case WireType.fixed64:
        this.#take(this.#position + 8);
        return;
      case WireType.bytes:
        this.lengthDelimited();
        return;
      case WireType.startGroup:
        this.#skipGroup(field, depth + 1);
        return;
      case WireType.fixed32:
        this.#take(this.#position + 4);
        return;
      default:
        throw new MalformedMessageError('A field has no valid type.');
    }
  }

  #skipGroup(group: number, depth: number): void {
    if (depth > deepest) throw new MalformedMessageError('Groups are nested too deeply.');
    for (;;) {
      const tag = this.tag();
      if (tag.type !== WireType.endGroup) this.skip(tag, depth);
      else if (tag.field === group) return;
      else throw new MalformedMessageError('A group ends that did not begin.');
    }
  }

  #take(end: number): Uint8Array {
    if (end > this.bytes.length) throw new MalformedMessageError('A field is cut short.');
    const start = this.#position;
    this.#position = end;
    return this.bytes.subarray(start, end);
  }
}
