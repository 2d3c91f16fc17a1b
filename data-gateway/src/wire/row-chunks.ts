import { skip } from './responses.js';
import { WireReader } from './wire-reader.js';
import { bytesField, numberField, textField } from './wire-writer.js';
import { entryOf } from './write-requests.js';

/** A cell as a scan of the emulator gives it. */
export interface ScannedCell {
  readonly key: Buffer;
  readonly family: string;
  readonly qualifier: Buffer;
  readonly timestampMicros: bigint;
  readonly value: Buffer;
}

const nothing: Buffer = Buffer.alloc(0);

/** The cells of a `ReadRowsResponse` of the emulator, which repeats key, family and qualifier with each cell. */
export function scannedCells(message: Buffer): ScannedCell[] {
  const cells: ScannedCell[] = [];
  const reader = new WireReader(message, 0, message.length);
  while (reader.next()) {
    if (reader.field === 1) cells.push(scannedCell(reader.message()));
    else skip(reader);
  }
  return cells;
}

function scannedCell(chunk: WireReader): ScannedCell {
  const cell = { key: nothing, family: '', qualifier: nothing, timestampMicros: 0n, value: nothing };
  while (chunk.next()) {
    if (chunk.field === 1) cell.key = chunk.view();
    else if (chunk.field === 2) cell.family = wrapped(chunk.message()).toString();
    else if (chunk.field === 3) cell.qualifier = wrapped(chunk.message());
    else if (chunk.field === 4) cell.timestampMicros = chunk.uint64();
    else if (chunk.field === 6) cell.value = chunk.view();
    else skip(chunk);
  }
  return cell;
}

/** `StringValue` and `BytesValue` hold their content in field 1, or nothing when it is empty. */
function wrapped(reader: WireReader): Buffer {
  return reader.next() ? reader.view() : nothing;
}

/** The `entries` field of a `MutateRowsRequest` that makes a row with these cells. */
export function entryOfCells(
  key: Buffer,
  cells: readonly ScannedCell[],
  before: readonly Buffer[] = [],
): Buffer {
  return entryOf(key, [...before, ...cells.map(setCell)]);
}

/** The mutation that empties a row. */
export const deleteFromRow = bytesField(4);

/** The mutation that deletes the cells of a column that are older than a time. */
export function deleteOlder(family: string, qualifier: Buffer, beforeMicros: bigint): Buffer {
  return bytesField(
    2,
    textField(1, family),
    bytesField(2, qualifier),
    bytesField(3, numberField(2, beforeMicros)),
  );
}

function setCell({ family, qualifier, timestampMicros, value }: ScannedCell): Buffer {
  return bytesField(
    1,
    textField(1, family),
    bytesField(2, qualifier),
    numberField(3, timestampMicros),
    bytesField(4, value),
  );
}
