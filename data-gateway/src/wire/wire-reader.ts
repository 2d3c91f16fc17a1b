import { isUtf8 } from 'node:buffer';
import { invalid } from '../grpc/grpc-error.js';

/** Wire types of protobuf. https://protobuf.dev/programming-guides/encoding/ */
export const Wire = { varint: 0, fixed64: 1, bytes: 2 } as const;

/**
 * Reads one protobuf message strictly, field by field, without copying.
 * What two parsers could read differently is refused, since the gateway must see exactly what the server behind it will see: tags and
 * lengths in more bytes than needed, lengths beyond the end of the message, and varints beyond 64 bits.
 */
export class WireReader {
  /** Number and wire type of the field that {@link next} found. */
  field = 0;
  wire = 0;
  /** Where the field's tag begins. */
  tagAt = 0;
  /** After {@link bytes}: where its content begins and ends. */
  from = 0;
  to = 0;
  /** After {@link varint}: the 64 bits, as two unsigned halves. */
  low = 0;
  high = 0;
  #position: number;

  constructor(
    readonly buffer: Buffer,
    start: number,
    readonly end: number,
  ) {
    this.#position = start;
  }

  /** Where the next field begins. */
  get position(): number {
    return this.#position;
  }

  /** Goes to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#position >= this.end) return false;
    this.tagAt = this.#position;
    const tag = this.#short('tag');
    this.field = tag >>> 3;
    this.wire = tag & 7;
    if (this.field === 0) throw invalid('The message has a field numbered 0.');
    return true;
  }

  /** Takes a length-delimited field; its content is from {@link from} to {@link to}. */
  bytes(): void {
    this.#expect(Wire.bytes);
    const length = this.#short('length');
    this.from = this.#position;
    this.to = this.from + length;
    if (this.to > this.end) throw invalid('A field of the message is longer than the message.');
    this.#position = this.to;
  }

  /** Takes a length-delimited field as text of one byte a character, which is enough for names that are only compared. */
  name(): string {
    this.bytes();
    return this.buffer.toString('latin1', this.from, this.to);
  }

  /** Takes a length-delimited field that must be UTF-8, which a server's parser insists on for text. */
  text(): void {
    this.bytes();
    if (!isUtf8(this.buffer.subarray(this.from, this.to)))
      throw invalid(`Field ${this.field} of the message is text that is not UTF-8.`);
  }

  /** Takes a length-delimited field as a view of the message. */
  view(): Buffer {
    this.bytes();
    return this.buffer.subarray(this.from, this.to);
  }

  /** Takes an embedded message. */
  message(): WireReader {
    this.bytes();
    return new WireReader(this.buffer, this.from, this.to);
  }

  /** Takes a varint into {@link low} and {@link high}; {@link from} is where it begins. */
  varint(): void {
    this.#expect(Wire.varint);
    const { buffer, end } = this;
    this.from = this.#position;
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const at = this.#position++;
      const byte = at < end ? (buffer[at] ?? 0) : cut();
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) [low, high] = [low | (bits << 28), bits >>> 4];
      else if (index < 9) high |= bits << (7 * index - 32);
      else if (byte > 1) throw invalid('A number of the message has more than 64 bits.');
      else high |= bits << 31;
      if (byte < 0x80) break;
    }
    this.low = low >>> 0;
    this.high = high >>> 0;
    this.to = this.#position;
  }

  /** Takes a varint as a signed 64-bit number; beyond 2^53 it is not exact. */
  int64(): number {
    this.varint();
    return (this.high | 0) * 0x1_0000_0000 + this.low;
  }

  /** Takes a varint as an unsigned 64-bit number. */
  uint64(): bigint {
    this.varint();
    return (BigInt(this.high) << 32n) | BigInt(this.low);
  }

  /** Takes a boolean. */
  bool(): boolean {
    this.varint();
    return this.low !== 0 || this.high !== 0;
  }

  /** Takes a fixed 64-bit field. */
  fixed64(): void {
    this.#expect(Wire.fixed64);
    this.#position += 8;
    if (this.#position > this.end) cut();
  }

  /** Refuses the present field, which the message should not have. */
  unknown(message: string): never {
    throw invalid(`${message} has a field numbered ${this.field}, which the data gateway does not support.`);
  }

  #expect(wire: number): void {
    if (this.wire !== wire)
      throw invalid(`Field ${this.field} of the message has the wrong wire type ${this.wire}.`);
  }

  /** A varint of at most 31 bits in as few bytes as possible. */
  #short(what: string): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const at = this.#position++;
      const byte = at < this.end ? (this.buffer[at] ?? 0) : cut();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        if (byte === 0 && shift > 0)
          throw invalid(`A ${what} of the message is written in more bytes than it needs.`);
        if (value > 0x7fff_ffff) break;
        return value;
      }
    }
    throw invalid(`A ${what} of the message is too large.`);
  }
}

function cut(): never {
  throw invalid('The message is cut short.');
}

/**
 * Remembers which fields of a message were seen. A field that may occur once is refused the second time: parsers differ in whether the
 * last one wins or both are merged. The members of a oneof share one number here.
 */
export class Once {
  #seen = 0;

  /** @throws GrpcError the second time for the same number (0 to 30). */
  take(number: number): void {
    const bit = 1 << number;
    if (this.#seen & bit) throw invalid(`The message has field ${number}, or its alternatives, twice.`);
    this.#seen |= bit;
  }

  has(number: number): boolean {
    return (this.#seen & (1 << number)) !== 0;
  }
}
