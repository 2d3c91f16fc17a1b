/** The only way of a workload to its rows: every key below the tenant's prefix, a token and a deadline on every call. */
export type { ObservedCall } from './attempts.js';
export type { GateLimits } from './call-gate.js';
export { toBytes, toInt64, type CellValue, type Column } from './column-value.js';
export { DataUnavailableError, MutateManyError, OutcomeUnknownError, type FailedRow } from './data-errors.js';
export { fromReversedTime, fromSortable, reversedTime, sortable } from './key-order.js';
export { int64Part, rowKeyType, textPart, timePart, type KeyPart, type RowKeyType } from './row-key-type.js';
export { UnreachableError } from './ping.js';
export {
  ForeignRowKeyError,
  isInside,
  isPrefix,
  newPrefix,
  prefixRange,
  requireInside,
  rowKey,
  rowKeyParts,
} from './prefix.js';
export type { StoredRow } from './row-assembler.js';
export type { ColumnSlice, Condition } from './row-filter.js';
export type { PageRange, ScanRange } from './row-range.js';
export type { ConditionalChange, RowChange, RowMutation } from './row-mutation.js';
export { int64, json, text, type TypedColumn } from './typed-column.js';
export { openTenantData, type TenantData, type TenantDataOptions } from './tenant-data.js';
