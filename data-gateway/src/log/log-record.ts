/** What one record of the log says, and its bytes. */
import {
  decodeUsage,
  decodeUsageWithoutTokens,
  encodeUsage,
  type HourUsage,
} from '../metering/hour-usage.js';

/** Rows of one table were written; `entries` are `entries` fields of a `MutateRowsRequest`, in the order in which they were applied. */
export interface RowsRecord {
  readonly kind: 'rows';
  readonly table: string;
  readonly entries: Buffer;
  /** The hour (since 1970) to which a tenant's write is metered; nothing for what nobody is charged for. */
  readonly hour?: number;
  /** What this write has charged; only with an hour. */
  readonly tokens?: number;
}

/** All rows of a table below a prefix were dropped. */
export interface DropRecord {
  readonly kind: 'drop';
  readonly table: string;
  /** The beginning of every dropped key, with the `#`. */
  readonly keysBegin: string;
}

/** Usage to be added to what other records tell. */
export interface UsageRecord {
  readonly kind: 'usage';
  readonly usage: readonly HourUsage[];
}

export type LogRecord = RowsRecord | DropRecord | UsageRecord;

const kinds = { rows: 1, drop: 2, meteredRows: 3, usageWithoutTokens: 4, chargingRows: 5, usage: 6 } as const;
const hourBytes = 4;
const tokensBytes = 8;

/** One byte for the kind, one for the length of the table's name, the name, the content. */
export function encodeRecord(record: LogRecord): Buffer {
  switch (record.kind) {
    case 'rows':
      return encodeRows(record);
    case 'drop':
      return encode(kinds.drop, record.table, Buffer.from(record.keysBegin, 'latin1'));
    case 'usage':
      return encode(kinds.usage, '', encodeUsage(record.usage));
  }
}

/** @throws Error for a kind that this version does not know. */
export function decodeRecord(bytes: Buffer): LogRecord {
  const contentAt = 2 + (bytes[1] ?? 0);
  if (bytes.length < contentAt) throw new Error('a record is shorter than it says');
  const table = bytes.toString('latin1', 2, contentAt);
  const content = bytes.subarray(contentAt);
  const kind = bytes[0] ?? 0;
  switch (kind) {
    case kinds.rows:
      return { kind: 'rows', table, entries: content };
    case kinds.meteredRows:
      if (content.length < hourBytes) throw new Error('a record is shorter than it says');
      return { kind: 'rows', table, hour: content.readUInt32BE(0), entries: content.subarray(hourBytes) };
    case kinds.chargingRows:
      return decodeCharging(table, content);
    case kinds.drop:
      return { kind: 'drop', table, keysBegin: content.toString('latin1') };
    case kinds.usageWithoutTokens:
      return { kind: 'usage', usage: decodeUsageWithoutTokens(content) };
    case kinds.usage:
      return { kind: 'usage', usage: decodeUsage(content) };
    default:
      throw new Error(`a record is of kind ${kind}, which this version does not know`);
  }
}

function encodeRows({ table, entries, hour, tokens }: RowsRecord): Buffer {
  if (hour === undefined) return encode(kinds.rows, table, entries);
  if (!tokens) return encode(kinds.meteredRows, table, encodeHour(hour), entries);
  const charged = Buffer.alloc(tokensBytes);
  charged.writeBigUInt64BE(BigInt(tokens));
  return encode(kinds.chargingRows, table, encodeHour(hour), charged, entries);
}

function decodeCharging(table: string, content: Buffer): RowsRecord {
  const entriesAt = hourBytes + tokensBytes;
  if (content.length < entriesAt) throw new Error('a record is shorter than it says');
  return {
    kind: 'rows',
    table,
    hour: content.readUInt32BE(0),
    tokens: Number(content.readBigUInt64BE(hourBytes)),
    entries: content.subarray(entriesAt),
  };
}

function encode(kind: number, table: string, ...content: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(kind, table.length), Buffer.from(table, 'latin1'), ...content]);
}

function encodeHour(hour: number): Buffer {
  const bytes = Buffer.alloc(hourBytes);
  bytes.writeUInt32BE(hour);
  return bytes;
}
