/** Writes the few protobuf messages that the gateway itself sends. */

/** A length-delimited field: a string, bytes or an embedded message given as its fields. */
export function bytesField(field: number, ...content: readonly Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint(field * 8 + 2), varint(length), ...content]);
}

/** A string field. */
export function textField(field: number, text: string): Buffer {
  return bytesField(field, Buffer.from(text));
}

/** A varint field of a non-negative integer. */
export function numberField(field: number, value: number | bigint): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function varint(value: number | bigint): Buffer {
  if (typeof value === 'number' && value < 0x80) return Buffer.of(value);
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

/**
 * Overwrites ten bytes with a number as a varint of exactly that length. Parsers accept the padding, and a message in which a 64-bit -1
 * (ten bytes) is replaced keeps all its lengths.
 */
export function writePaddedVarint(buffer: Buffer, at: number, value: number): void {
  let rest = value;
  for (let index = 0; index < 9; index++) {
    buffer[at + index] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  buffer[at + 9] = 0;
}
