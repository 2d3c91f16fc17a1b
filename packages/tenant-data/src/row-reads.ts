import type { Attempts } from './attempts.js';
import type { LazyClient } from './bigtable-client.js';
import { prefixRange, requireInside } from './prefix.js';
import type { StoredRow } from './row-assembler.js';
import { newestCells, sliceFilter, type ColumnSlice } from './row-filter.js';
import type { PageRange, ScanRange } from './row-range.js';
import { SharedReads } from './shared-reads.js';

/** So many named rows are read under a lock in the gateway, which makes each of them whole. */
const rowsPerCall = 32;
const defaultPageSize = 500;
/** What a read's request has, roughly. */
const requestBytes = 256;

interface Bounds {
  readonly from: { readonly startKeyClosed: Buffer } | { readonly startKeyOpen: Buffer };
  readonly end: string;
  readonly limit: number;
}

/** The reads of one tenant. */
export class RowReads {
  readonly #shared = new SharedReads<StoredRow[]>();
  readonly #range: { readonly start: string; readonly end: string };

  constructor(
    private readonly client: LazyClient,
    private readonly prefix: string,
    private readonly attempts: Attempts,
  ) {
    this.#range = prefixRange(prefix);
  }

  async get(table: string, key: string, columns: ColumnSlice = {}): Promise<StoredRow | undefined> {
    requireInside(this.prefix, key);
    const more = { filter: sliceFilter(columns) };
    const [row] = await this.#shared.read(JSON.stringify([table, key, columns]), () =>
      this.#read('get', table, { rowKeys: [Buffer.from(key)] }, more),
    );
    return row;
  }

  async getMany(table: string, keys: readonly string[]): Promise<Map<string, StoredRow>> {
    for (const key of keys) requireInside(this.prefix, key);
    const different = [...new Set(keys)];
    const calls: Promise<StoredRow[]>[] = [];
    for (let from = 0; from < different.length; from += rowsPerCall) {
      const rowKeys = different.slice(from, from + rowsPerCall).map((key) => Buffer.from(key));
      calls.push(this.#read('getMany', table, { rowKeys }));
    }
    const rows = (await Promise.all(calls)).flat();
    return new Map(rows.map((row) => [row.key, row]));
  }

  async scan(table: string, range: ScanRange): Promise<StoredRow[]> {
    const { start, end } = this.#bounds(range);
    requireCount(range.limit, 'A scan needs a limit of at least 1 row.');
    if (!inOrder(start, end)) return [];
    return this.#readRange(table, {
      from: { startKeyClosed: Buffer.from(start) },
      end,
      limit: range.limit,
    });
  }

  async *pages(table: string, range: PageRange): AsyncGenerator<StoredRow[]> {
    const { start, end } = this.#bounds(range);
    const limit = range.pageSize ?? defaultPageSize;
    requireCount(limit, 'A page needs at least 1 row.');
    if (!inOrder(start, end)) return;
    let from: Bounds['from'] = { startKeyClosed: Buffer.from(start) };
    for (;;) {
      const rows = await this.#readRange(table, { from, end, limit });
      if (rows.length > 0) yield rows;
      const last = rows.at(-1);
      if (!last || rows.length < limit) return;
      from = { startKeyOpen: Buffer.from(last.key) };
    }
  }

  #bounds({ start = this.#range.start, end = this.#range.end }: { start?: string; end?: string }): {
    start: string;
    end: string;
  } {
    requireInside(this.prefix, start);
    if (end !== this.#range.end) requireInside(this.prefix, end);
    return { start, end };
  }

  #readRange(table: string, { from, end, limit }: Bounds): Promise<StoredRow[]> {
    const rowRanges = [{ ...from, endKeyOpen: Buffer.from(end) }];
    return this.#read('scan', table, { rowRanges }, { rowsLimit: limit });
  }

  #read(name: string, table: string, rows: object, more: object = {}): Promise<StoredRow[]> {
    const request = { tableName: this.client.tableName(table), rows, filter: newestCells, ...more };
    return this.attempts.untilDeadline({ name, table, kind: 'read', bytes: requestBytes }, (timeoutMs) =>
      this.client.readRows(request, timeoutMs),
    );
  }
}

function inOrder(start: string, end: string): boolean {
  return Buffer.compare(Buffer.from(start), Buffer.from(end)) < 0;
}

function requireCount(count: number, message: string): void {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(message);
}
