/**
 * What migrations have done to a prefix, as rows below that prefix in a table of the gateway's own. So it is as durable as the rows that it
 * tells of, goes with them when they are erased, and comes back with them when an older state is restored: what that state lacks is done again.
 */
import type { TableDefinition } from '@leasehold/tenant-data/tables';
import { z } from 'zod';
import { methods } from '../backend/bigtable-paths.js';
import type { InstanceTables } from '../backend/tables.js';
import type { Connection } from '../grpc/connection.js';
import { entryOfCells, scannedCells } from '../wire/row-chunks.js';
import { textField } from '../wire/wire-writer.js';
import { rowsOf } from '../backend/scan.js';

/** Pods cannot name this table. */
export const ledgerTable: TableDefinition = {
  table: 'data_migrations',
  families: [{ id: 'm', gc: { maxVersions: 1 } }],
};

const progress = z.object({
  done: z.boolean(),
  /** Which of the migration's backfills is under way. */
  backfill: z.int().min(0),
  /** The last row that it has seen, in base64; null at its beginning. */
  after: z.string().nullable(),
  rows: z.int(),
  changed: z.int(),
  /** Of what was begun; ledgers of earlier versions have none. */
  checksum: z.string().optional(),
});
/** How far a migration is with a prefix. */
export type Progress = z.output<typeof progress>;

/** An entry of the ledger, and when it was written. */
export interface LedgerEntry {
  readonly progress: Progress;
  readonly at: Date;
}

export const notBegun: Progress = { done: false, backfill: 0, after: null, rows: 0, changed: 0 };

export const ledgerKey = (prefix: string, migration: string): Buffer =>
  Buffer.from(`${prefix}#${migration}`, 'latin1');

/** The row as an entry of a `MutateRowsRequest`. */
export function ledgerEntry(key: Buffer, state: Progress, nowMicros: bigint): Buffer {
  const value = Buffer.from(JSON.stringify(state));
  return entryOfCells(key, [
    { key, family: 'm', qualifier: Buffer.from('progress'), timestampMicros: nowMicros, value },
  ]);
}

/** The entries of a prefix by the migrations' ids. */
export async function readLedger(
  connection: Connection,
  tables: InstanceTables,
  prefix: string,
): Promise<Map<string, LedgerEntry>> {
  const request = Buffer.concat([textField(1, tables.nameOf(ledgerTable.table)), rowsOf(prefix)]);
  const cells = (await connection.call(methods.readRows, request)).flatMap(scannedCells);
  const entries = new Map<string, LedgerEntry>();
  for (const { key, value, timestampMicros } of cells) {
    const id = key.toString('latin1').slice(prefix.length + 1);
    // The newest cell comes first.
    if (entries.has(id)) continue;
    const at = new Date(Number(timestampMicros / 1000n));
    entries.set(id, { progress: progress.parse(JSON.parse(value.toString())), at });
  }
  return entries;
}
