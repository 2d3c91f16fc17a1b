/** What one record of the log says, and its bytes. */

/** Rows of one table were written; `entries` are `entries` fields of a `MutateRowsRequest`, in the order in which they were applied. */
export interface RowsRecord {
  readonly kind: 'rows';
  readonly table: string;
  readonly entries: Buffer;
}

/** All rows of a table below a prefix were dropped. */
export interface DropRecord {
  readonly kind: 'drop';
  readonly table: string;
  /** The beginning of every dropped key, with the `#`. */
  readonly keysBegin: string;
}

export type LogRecord = RowsRecord | DropRecord;

const kinds = { rows: 1, drop: 2 } as const;

/** One byte for the kind, one for the length of the table's name, the name, the content. */
export function encodeRecord(record: LogRecord): Buffer {
  const content = record.kind === 'rows' ? record.entries : Buffer.from(record.keysBegin, 'latin1');
  return Buffer.concat([
    Buffer.of(kinds[record.kind], record.table.length),
    Buffer.from(record.table, 'latin1'),
    content,
  ]);
}

/** @throws Error for a kind that this version does not know. */
export function decodeRecord(bytes: Buffer): LogRecord {
  const contentAt = 2 + (bytes[1] ?? 0);
  if (bytes.length < contentAt) throw new Error('a record is shorter than it says');
  const table = bytes.toString('latin1', 2, contentAt);
  const content = bytes.subarray(contentAt);
  if (bytes[0] === kinds.rows) return { kind: 'rows', table, entries: content };
  if (bytes[0] === kinds.drop) return { kind: 'drop', table, keysBegin: content.toString('latin1') };
  throw new Error(`a record is of kind ${bytes[0] ?? 'none'}, which this version does not know`);
}
