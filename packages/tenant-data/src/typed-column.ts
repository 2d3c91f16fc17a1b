import { toBytes, toInt64, type CellValue, type Column } from './column-value.js';
import type { StoredRow } from './row-assembler.js';
import type { Condition } from './row-filter.js';
import type { RowMutation } from './row-mutation.js';

/** A column and what its cells hold, so that it is written and read in one way wherever it is used. */
export interface TypedColumn<T> {
  readonly column: Column;
  /** The mutation that sets it. */
  set(value: T): RowMutation;
  /** What a row has in it. @throws what the type says of bytes that are not its own. */
  of(row: StoredRow | undefined): T | undefined;
  /** Whether it has this value, or no cell for `undefined`: for `checkAndMutate`. */
  is(value: T | undefined): Condition;
}

/** A number of 64 bits, which `increment` can add to. */
export function int64(column: Column): TypedColumn<bigint> {
  return typed(column, (value) => value, toInt64);
}

/** Text in UTF-8. */
export function text(column: Column): TypedColumn<string> {
  return typed(
    column,
    (value) => value,
    (bytes) => bytes.toString(),
  );
}

/** A value as JSON. @param parse checks what was read, such as a schema's `parse`. */
export function json<T>(column: Column, parse: (value: unknown) => T): TypedColumn<T> {
  return typed(
    column,
    (value) => JSON.stringify(value),
    (bytes) => parse(JSON.parse(bytes.toString())),
  );
}

function typed<T>(
  column: Column,
  write: (value: T) => CellValue,
  read: (bytes: Buffer) => T,
): TypedColumn<T> {
  return {
    column,
    set: (value) => ({ set: column, value: toBytes(write(value)) }),
    of: (row) => {
      const bytes = row?.cells.get(column);
      return bytes && read(bytes);
    },
    is: (value) => ({ column, equals: value === undefined ? undefined : toBytes(write(value)) }),
  };
}
