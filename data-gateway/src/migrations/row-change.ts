import { entryOfCells, type ScannedCell } from '../wire/row-chunks.js';
import { bytesField, textField } from '../wire/wire-writer.js';
import type { Backfill } from './migration.js';

/**
 * What a backfill changes in a row.
 * @param cells the row's, column by column, newest first; at least one.
 * @param nowMicros the time of new cells, in whole milliseconds.
 * @returns the row as an entry of a `MutateRowsRequest`; nothing when the row is already as it should be.
 */
export function rowChange(
  backfill: Backfill,
  cells: readonly ScannedCell[],
  nowMicros: bigint,
): Buffer | undefined {
  const [first] = cells;
  if (!first) return undefined;
  const newest = (column: string): ScannedCell | undefined => {
    const { family, qualifier } = split(column);
    return cells.find((cell) => cell.family === family && cell.qualifier.equals(qualifier));
  };
  switch (backfill.function) {
    case 'copyColumn': {
      const source = newest(backfill.from);
      const target = newest(backfill.to);
      if (!source || (target && target.timestampMicros >= source.timestampMicros)) return undefined;
      return entryOfCells(first.key, [{ ...source, ...split(backfill.to) }]);
    }
    case 'setMissing': {
      if (newest(backfill.column)) return undefined;
      const value = Buffer.from(backfill.value);
      return entryOfCells(first.key, [
        { key: first.key, ...split(backfill.column), timestampMicros: nowMicros, value },
      ]);
    }
    case 'deleteColumn': {
      if (!newest(backfill.column)) return undefined;
      const { family, qualifier } = split(backfill.column);
      return entryOfCells(first.key, [], [bytesField(2, textField(1, family), bytesField(2, qualifier))]);
    }
    case 'applyGc':
      return undefined;
  }
}

function split(column: string): { readonly family: string; readonly qualifier: Buffer } {
  const colon = column.indexOf(':');
  return { family: column.slice(0, colon), qualifier: Buffer.from(column.slice(colon + 1)) };
}
