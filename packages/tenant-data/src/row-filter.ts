import type { protos } from '@google-cloud/bigtable';
import { parseColumn, toBytes, type CellValue, type Column } from './column-value.js';

/** What a conditional write asks of the newest cell of one column. */
export interface Condition {
  readonly column: Column;
  /** The value it must have; `undefined`: the column has no cell. */
  readonly equals: CellValue | undefined;
}

/** A part of a row: one family, and in it the qualifiers from `from` (included) to `to` (excluded), by their bytes. */
export interface ColumnSlice {
  readonly family?: string;
  readonly from?: string;
  readonly to?: string;
}

export type WireFilter = protos.google.bigtable.v2.IRowFilter;

/** The newest cell of each column. */
export const newestCells: WireFilter = { cellsPerColumnLimitFilter: 1 };

/** The newest cells of a slice of a row. @throws TypeError for qualifiers without a family. */
export function sliceFilter({ family, from, to }: ColumnSlice): WireFilter {
  if (family === undefined) {
    if (from !== undefined || to !== undefined)
      throw new TypeError('A slice by qualifiers needs the family that they are in.');
    return newestCells;
  }
  const columnRangeFilter = {
    familyName: family,
    ...(from === undefined ? {} : { startQualifierClosed: Buffer.from(from) }),
    ...(to === undefined ? {} : { endQualifierOpen: Buffer.from(to) }),
  };
  return { chain: { filters: [{ columnRangeFilter }, newestCells] } };
}

/** Gives a cell when the column's newest one has the expected value, or, for `undefined`, when there is any. */
export function conditionFilter({ column, equals }: Condition): WireFilter {
  const { family, qualifier } = parseColumn(column);
  const ofColumn = {
    columnRangeFilter: {
      familyName: family,
      startQualifierClosed: qualifier,
      endQualifierClosed: qualifier,
    },
  };
  const filters: WireFilter[] = [ofColumn, newestCells];
  if (equals !== undefined) {
    const value = toBytes(equals);
    filters.push({ valueRangeFilter: { startValueClosed: value, endValueClosed: value } });
  }
  return { chain: { filters } };
}
