import { methods } from '../backend/bigtable-paths.js';
import type { InstanceTables } from '../backend/tables.js';
import { unavailable } from '../grpc/grpc-error.js';
import type { DurableWrites } from '../rows/durable-writes.js';
import { anyEntryFailed } from '../wire/responses.js';
import { deleteFromRow, entryOfCells } from '../wire/row-chunks.js';
import { textField } from '../wire/wire-writer.js';
import { RowLineError, type ArchivedRow } from './row-line.js';

/** Small enough for the emulator's limit on messages, unless a row is larger by itself. */
const batchBytes = 1024 * 1024;

/**
 * Makes each row exactly what the archive has of it; the same again changes nothing.
 * @throws RowLineError for a table or family that this instance does not have; GrpcError UNAVAILABLE.
 */
export async function writeArchivedRows(
  rows: DurableWrites,
  tables: InstanceTables,
  prefix: string,
  archived: readonly ArchivedRow[],
): Promise<void> {
  requireKnown(tables, archived);
  for (const batch of batches(archived)) {
    const entries = Buffer.concat(
      batch.rows.map(({ key, cells }) => entryOfCells(key, cells, [deleteFromRow])),
    );
    const message = Buffer.concat([textField(1, tables.nameOf(batch.table)), entries]);
    const keys = batch.rows.map(({ key }) => key);
    await rows.write({ prefix, table: batch.table, keys }, async (connection) => {
      const answers = await connection.call(methods.mutateRows, message);
      if (answers.some(anyEntryFailed)) throw unavailable('Bigtable did not take the rows of the archive.');
      return { answer: undefined, entries };
    });
  }
}

interface Batch {
  readonly table: string;
  readonly rows: ArchivedRow[];
}

function batches(archived: readonly ArchivedRow[]): Batch[] {
  const found: Batch[] = [];
  let bytes = 0;
  let keys = new Set<string>();
  for (const row of archived) {
    const name = row.key.toString('latin1');
    const last = found.at(-1);
    const size = row.cells.reduce(
      (sum, { value, qualifier }) => sum + value.length + qualifier.length + 64,
      64,
    );
    // A row that comes twice goes into two batches: a batch locks each of its rows once.
    if (last?.table === row.table && bytes + size <= batchBytes && !keys.has(name)) {
      last.rows.push(row);
      bytes += size;
    } else {
      found.push({ table: row.table, rows: [row] });
      [bytes, keys] = [size, new Set()];
    }
    keys.add(name);
  }
  return found;
}

function requireKnown(tables: InstanceTables, archived: readonly ArchivedRow[]): void {
  for (const { table, cells } of archived) {
    const known = tables.byName.get(tables.nameOf(table));
    if (!known) throw new RowLineError(`This instance has no table "${table}".`);
    const strange = cells.find(({ family }) => !known.families.has(family));
    if (strange) throw new RowLineError(`The table "${table}" has no column family "${strange.family}".`);
  }
}
