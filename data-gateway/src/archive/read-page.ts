import { methods } from '../backend/bigtable-paths.js';
import type { InstanceTables } from '../backend/tables.js';
import type { Connection } from '../grpc/connection.js';
import { denied } from '../grpc/grpc-error.js';
import { scannedCells } from '../wire/row-chunks.js';
import { bytesField, textField } from '../wire/wire-writer.js';
import { writeRowLine } from './row-line.js';

/** A place in the rows of a prefix: behind this row. */
export interface RowPlace {
  readonly table: string;
  readonly key: Buffer;
}

export interface RowsPage {
  readonly lines: readonly string[];
  /** Where the next page begins; undefined after the last row. */
  readonly next: RowPlace | undefined;
}

/**
 * The rows of a prefix behind a place, table by table in the order of their keys, until they exceed a size. Each row is whole; rows
 * that are written meanwhile are in the page or not.
 * @param maxBytes of the lines; a page has one row at least, however large.
 */
export async function readRowsPage(
  connection: Connection,
  tables: InstanceTables,
  prefix: string,
  after: RowPlace | undefined,
  maxBytes: number,
): Promise<RowsPage> {
  if (after && !after.key.toString('latin1').startsWith(`${prefix}#`))
    throw denied('That place is not one of this prefix.');
  const lines: string[] = [];
  let bytes = 0;
  const ids = tables.definitions.map(({ table }) => table);
  const first = after ? Math.max(0, ids.indexOf(after.table)) : 0;
  for (const table of ids.slice(first)) {
    const from = after?.table === table ? after.key : undefined;
    for await (const message of connection.messages(
      methods.readRows,
      request(tables.nameOf(table), prefix, from),
    )) {
      const cells = scannedCells(message);
      if (!cells[0]) continue;
      const { key } = cells[0];
      const line = writeRowLine(prefix, { table, key, cells });
      lines.push(line);
      bytes += line.length + 1;
      if (bytes >= maxBytes) return { lines, next: { table, key: Buffer.from(key) } };
    }
  }
  return { lines, next: undefined };
}

/** A `ReadRowsRequest` for the prefix, or for what of it lies behind a key. */
function request(tableName: string, prefix: string, behind: Buffer | undefined): Buffer {
  const start = behind ? bytesField(2, behind) : textField(1, `${prefix}#`);
  const range = Buffer.concat([start, textField(3, `${prefix}$`)]);
  return Buffer.concat([textField(1, tableName), bytesField(2, bytesField(2, range))]);
}
