/** Reads rows of the emulator for the gateway's own ends. */
import type { Connection } from '../grpc/connection.js';
import type { LogRecord } from '../log/log-record.js';
import { entryOfCells, scannedCells } from '../wire/row-chunks.js';
import { bytesField, numberField, textField } from '../wire/wire-writer.js';
import { methods } from './bigtable-paths.js';
import type { InstanceTables } from './tables.js';

const recordBytes = 256 * 1024;

/** All rows of all tables, as records of the log. */
export async function* scanAll(connection: Connection, tables: InstanceTables): AsyncGenerator<LogRecord> {
  for (const { table } of tables.definitions) {
    let entries: Buffer[] = [];
    let bytes = 0;
    for await (const answer of connection.messages(methods.readRows, textField(1, tables.nameOf(table)))) {
      const cells = scannedCells(answer);
      if (!cells[0]) continue;
      const entry = entryOfCells(cells[0].key, cells);
      entries.push(entry);
      bytes += entry.length;
      if (bytes < recordBytes) continue;
      yield { kind: 'rows', table, entries: Buffer.concat(entries) };
      [entries, bytes] = [[], 0];
    }
    if (entries.length > 0) yield { kind: 'rows', table, entries: Buffer.concat(entries) };
  }
}

/** How many rows a prefix has in all tables, and the bytes of their keys, qualifiers and values. */
export async function storedSize(
  connection: Connection,
  tables: InstanceTables,
  prefix: string,
): Promise<{ rows: number; bytes: number }> {
  const size = { rows: 0, bytes: 0 };
  for (const { table } of tables.definitions) {
    const request = Buffer.concat([textField(1, tables.nameOf(table)), rowsOf(prefix)]);
    for await (const answer of connection.messages(methods.readRows, request)) {
      const cells = scannedCells(answer);
      if (!cells[0]) continue;
      size.rows++;
      size.bytes += cells[0].key.length;
      for (const { qualifier, value } of cells) size.bytes += qualifier.length + value.length;
    }
  }
  return size;
}

/** Whether no table has a row below the prefix. */
export async function prefixEmpty(
  connection: Connection,
  tables: InstanceTables,
  prefix: string,
): Promise<boolean> {
  for (const { table } of tables.definitions) {
    const request = Buffer.concat([textField(1, tables.nameOf(table)), rowsOf(prefix), numberField(4, 1)]);
    if ((await connection.call(methods.readRows, request)).length > 0) return false;
  }
  return true;
}

/** The `rows` field of a `ReadRowsRequest` for all of a prefix. */
export function rowsOf(prefix: string): Buffer {
  return bytesField(2, bytesField(2, textField(1, `${prefix}#`), textField(3, `${prefix}$`)));
}
