import { Attempts, type ObservedCall } from './attempts.js';
import { LazyClient } from './bigtable-client.js';
import { CallGate, type GateLimits } from './call-gate.js';
import type { CellValue, Column } from './column-value.js';
import { ping } from './ping.js';
import type { StoredRow } from './row-assembler.js';
import type { ColumnSlice, Condition } from './row-filter.js';
import type { ConditionalChange, RowChange, RowMutation } from './row-mutation.js';
import type { PageRange, ScanRange } from './row-range.js';
import { RowReads } from './row-reads.js';
import { RowWrites } from './row-writes.js';
import { TokenFile } from './token-file.js';

export interface TenantDataOptions {
  /** `host:port` of the data gateway. */
  readonly endpoint: string;
  /** The file with the pod's token for the data gateway. */
  readonly tokenFile: string;
  readonly prefix: string;
  readonly project: string;
  readonly instance: string;
  /** How long any call may take, in milliseconds; 5 s unless given. */
  readonly deadlineMs?: number;
  /** What may be under way at a time; beyond it calls wait inside their deadline. 256 calls and 16 MiB of requests unless given. */
  readonly limits?: GateLimits;
  /** Told of each call when it is over, for metrics; must not throw. */
  readonly observe?: (call: ObservedCall) => void;
}

/**
 * A tenant's rows. A key outside the tenant's prefix throws ForeignRowKeyError before anything is sent; build keys with `rowKey()`.
 * A call rejects with DataUnavailableError when nothing was applied and a later try may succeed, with OutcomeUnknownError when a write may or
 * may not have been applied, and with the client's error (whose `code` is the gRPC status) for a fault of the program.
 */
export interface TenantData {
  /**
   * Adds to a number and gives the new one; a missing number counts as 0. Never retried, since it may have been applied.
   * @param by -2^63 to 2^63-1.
   */
  increment(table: string, key: string, column: Column, by: bigint): Promise<bigint>;
  /**
   * Writes a value if the column's newest one is the expected one, or, for `undefined`, if there is none. Never retried.
   * @returns whether it was written.
   */
  compareAndSet(
    table: string,
    key: string,
    column: Column,
    expected: CellValue | undefined,
    value: CellValue,
  ): Promise<boolean>;
  /** The newest cell of each column of a row, or of a slice of it. */
  get(table: string, key: string, columns?: ColumnSlice): Promise<StoredRow | undefined>;
  /** The rows of these keys that there are, by key. */
  getMany(table: string, keys: readonly string[]): Promise<Map<string, StoredRow>>;
  /** Writes cells of one row, all or none; retried until the deadline. */
  put(table: string, key: string, cells: Readonly<Record<Column, CellValue>>): Promise<void>;
  /** Changes one row, all or none; retried until the deadline if it only sets cells. */
  mutate(table: string, key: string, mutations: readonly RowMutation[]): Promise<void>;
  /**
   * Changes one row in one of two ways, in one atomic step. Never retried.
   * @returns whether the condition held.
   */
  checkAndMutate(
    table: string,
    key: string,
    condition: Condition,
    change: ConditionalChange,
  ): Promise<boolean>;
  /**
   * Changes many rows, each all or none; retried until the deadline where a group of them only sets cells.
   * @throws MutateManyError naming the rows that were not, or perhaps not, written.
   */
  mutateMany(table: string, rows: readonly RowChange[]): Promise<void>;
  /** Reads rows in the order of their keys. */
  scan(table: string, range: ScanRange): Promise<StoredRow[]>;
  /** Reads rows in the order of their keys, a page at a time; rows written meanwhile may or may not be among them. */
  pages(table: string, range?: PageRange): AsyncIterable<StoredRow[]>;
  /** Whether the gateway would serve this pod; cheap, for readiness probes. @throws UnreachableError with the reason. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const defaultDeadlineMs = 5000;
const defaultLimits = { calls: 256, bytes: 16 * 1024 * 1024 };
const pingDeadlineMs = 2000;

/** Opens a tenant's data; nothing is connected or loaded before the first call. */
export function openTenantData(options: TenantDataOptions): TenantData {
  const tokenFile = new TokenFile(options.tokenFile);
  const client = new LazyClient({ ...options, tokenFile });
  const deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
  const gate = new CallGate(options.limits ?? defaultLimits);
  const attempts = new Attempts({ gate, deadlineMs, observe: options.observe });
  const reads = new RowReads(client, options.prefix, attempts);
  const writes = new RowWrites(client, options.prefix, attempts);
  const instance = `projects/${options.project}/instances/${options.instance}`;
  return {
    increment: (table, key, column, by) => writes.increment(table, key, column, by),
    compareAndSet: (table, key, column, equals, value) =>
      writes.checkAndMutate(table, key, { column, equals }, { then: [{ set: column, value }] }),
    mutate: (table, key, mutations) => writes.mutate(table, key, mutations),
    put: (table, key, cells) => writes.mutate(table, key, setsOf(cells)),
    checkAndMutate: (table, key, condition, change) => writes.checkAndMutate(table, key, condition, change),
    mutateMany: (table, rows) => writes.mutateMany(table, rows),
    get: (table, key, columns) => reads.get(table, key, columns),
    getMany: (table, keys) => reads.getMany(table, keys),
    scan: (table, range) => reads.scan(table, range),
    pages: (table, range = {}) => reads.pages(table, range),
    ping: () => ping({ endpoint: options.endpoint, tokenFile, instance, deadlineMs: pingDeadlineMs }),
    close: () => client.close(),
  };
}

function setsOf(cells: Readonly<Record<Column, CellValue>>): RowMutation[] {
  return Object.entries(cells).map(([column, value]) => ({ set: asColumn(column), value }));
}

function asColumn(text: string): Column {
  const colon = text.indexOf(':');
  return `${text.slice(0, Math.max(colon, 0))}:${text.slice(colon + 1)}`;
}
