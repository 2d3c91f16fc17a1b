/** Columns and their values as Bigtable holds them. */

/** A column: its family and qualifier with a colon between them, such as `c:next`. */
export type Column = `${string}:${string}`;

/** What can be written to a cell: bytes, text (UTF-8), or a number of 64 bits (eight bytes, big-endian, as increments use). */
export type CellValue = Uint8Array | string | bigint;

/** @throws TypeError without a family. */
export function parseColumn(column: Column): { readonly family: string; readonly qualifier: Buffer } {
  const colon = column.indexOf(':');
  if (colon < 1) throw new TypeError(`${JSON.stringify(column)} is not a column; write family:qualifier.`);
  return { family: column.slice(0, colon), qualifier: Buffer.from(column.slice(colon + 1)) };
}

/** The bytes of a value. @throws RangeError for a number beyond 64 bits. */
export function toBytes(value: CellValue): Buffer {
  if (typeof value === 'string') return Buffer.from(value);
  if (typeof value !== 'bigint') return Buffer.from(value);
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

/** The number in a cell that was incremented. @throws TypeError when the cell does not have eight bytes. */
export function toInt64(bytes: Uint8Array): bigint {
  if (bytes.length !== 8) throw new TypeError(`The cell holds ${bytes.length} bytes, not a number of eight.`);
  return Buffer.from(bytes).readBigInt64BE();
}
