import type { UsageCounts } from './usage.schema.js';

/** Counts as the database gives them: its 64-bit numbers are text. */
export interface CountsRow {
  readonly requests: string;
  readonly errors: string;
  readonly request_bytes: string;
  readonly response_bytes: string;
  readonly pod_seconds: number;
  readonly data_calls: string;
  readonly rows_read: string;
  readonly bytes_read: string;
  readonly rows_written: string;
  readonly bytes_written: string;
  readonly tokens: string;
}

/** Columns of whole numbers. */
const wholes = [
  ...['requests', 'errors', 'request_bytes', 'response_bytes', 'data_calls', 'rows_read', 'bytes_read'],
  ...['rows_written', 'bytes_written', 'tokens'],
];

/** The columns of CountsRow over several hours or cells. */
export const sums = wholes
  .map((column) => `coalesce(sum(${column}), 0) as ${column}`)
  .concat('coalesce(sum(pod_seconds), 0)::float8 as pod_seconds')
  .join(', ');

export function toCounts(found: CountsRow): UsageCounts {
  return {
    requests: Number(found.requests),
    errors: Number(found.errors),
    requestBytes: Number(found.request_bytes),
    responseBytes: Number(found.response_bytes),
    podSeconds: Math.round(found.pod_seconds * 1000) / 1000,
    dataCalls: Number(found.data_calls),
    rowsRead: Number(found.rows_read),
    bytesRead: Number(found.bytes_read),
    rowsWritten: Number(found.rows_written),
    bytesWritten: Number(found.bytes_written),
    tokens: Number(found.tokens),
  };
}
