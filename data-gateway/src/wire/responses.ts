/** Reads what the gateway needs of the server's answers. */
import type { CallerScope } from './caller-scope.js';
import { WireReader } from './wire-reader.js';
import { bytesField, textField } from './wire-writer.js';

/** Whether a `CheckAndMutateRowResponse` says that the predicate matched. */
export function predicateMatched(message: Buffer): boolean {
  const reader = new WireReader(message, 0, message.length);
  let matched = false;
  while (reader.next()) matched = reader.bool();
  return matched;
}

/** Whether any entry of a `MutateRowsResponse` has a status other than OK. */
export function anyEntryFailed(message: Buffer): boolean {
  const reader = new WireReader(message, 0, message.length);
  while (reader.next()) {
    if (reader.field !== 1) {
      skip(reader);
      continue;
    }
    const entry = reader.message();
    while (entry.next()) {
      if (entry.field !== 2) skip(entry);
      else if (statusCode(entry.message()) !== 0) return true;
    }
  }
  return false;
}

/** The code of a `google.rpc.Status`. */
function statusCode(status: WireReader): number {
  let code = 0;
  while (status.next()) {
    if (status.field === 1) code = status.int64();
    else skip(status);
  }
  return code;
}

/** The cells of a `ReadModifyWriteRowResponse`, each as a `SetCell` mutation. */
export function writtenCells(message: Buffer): Buffer[] {
  const cells: Buffer[] = [];
  const reader = new WireReader(message, 0, message.length);
  while (reader.next()) collectRow(reader.message(), cells);
  return cells;
}

function collectRow(row: WireReader, cells: Buffer[]): void {
  while (row.next()) {
    if (row.field !== 2) {
      skip(row);
      continue;
    }
    const family = row.message();
    let name = '';
    while (family.next()) {
      if (family.field === 1) name = family.view().toString();
      else collectColumn(family.message(), name, cells);
    }
  }
}

function collectColumn(column: WireReader, family: string, cells: Buffer[]): void {
  let qualifier: Buffer = Buffer.alloc(0);
  while (column.next()) {
    if (column.field === 1) qualifier = column.view();
    else cells.push(setCell(family, qualifier, column.message()));
  }
}

function setCell(family: string, qualifier: Buffer, cell: WireReader): Buffer {
  const fields = [textField(1, family), bytesField(2, qualifier)];
  while (cell.next()) {
    if (cell.field === 1) {
      cell.varint();
      fields.push(Buffer.concat([Buffer.of(0x18), cell.buffer.subarray(cell.from, cell.to)]));
    } else if (cell.field === 2) fields.push(bytesField(4, cell.view()));
    else skip(cell);
  }
  return bytesField(1, ...fields);
}

/** What a `ReadRowsResponse` holds: rows that are complete with it, and whether any key in it is foreign. */
export interface RowsSeen {
  readonly rows: number;
  readonly foreign: boolean;
}

/** Counts the rows of a `ReadRowsResponse` and looks at each key once more: the last line of defence against a fault of ours. */
export function inspectReadRows(message: Buffer, scope: CallerScope): RowsSeen {
  const reader = new WireReader(message, 0, message.length);
  let rows = 0;
  let foreign = false;
  while (reader.next()) {
    if (reader.field === 1) {
      const chunk = reader.message();
      while (chunk.next()) {
        if (chunk.field === 1) {
          chunk.bytes();
          foreign ||= chunk.to > chunk.from && !scope.holds(chunk.buffer, chunk.from, chunk.to);
        } else if (chunk.field === 9) rows += chunk.bool() ? 1 : 0;
        else skip(chunk);
      }
    } else if (reader.field === 2) {
      reader.bytes();
      foreign ||= reader.to > reader.from && !scope.holds(reader.buffer, reader.from, reader.to);
    } else skip(reader);
  }
  return { rows, foreign };
}

/** Goes over a field of a message that the server, not a caller, wrote. */
export function skip(reader: WireReader): void {
  if (reader.wire === 0) reader.varint();
  else if (reader.wire === 1) reader.fixed64();
  else reader.bytes();
}
