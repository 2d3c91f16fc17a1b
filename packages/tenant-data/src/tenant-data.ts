import { LazyClient } from './bigtable-client.js';
import { parseColumn, toBytes, toInt64, type CellValue, type Column } from './column-value.js';
import { ping } from './ping.js';
import { prefixRange, requireInside } from './prefix.js';
import type { StoredRow } from './row-assembler.js';
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
}

/** Which rows a scan reads: keys from `start` (included) to `end` (excluded), and at most `limit` of them. */
export interface ScanRange {
  readonly start?: string;
  readonly end?: string;
  readonly limit: number;
}

/**
 * A tenant's rows. A key outside the tenant's prefix throws ForeignRowKeyError before anything is sent; build keys with `rowKey()`.
 * A call that fails rejects with the client's error, whose `code` is the gRPC status. After DEADLINE_EXCEEDED (4) or UNAVAILABLE (14) a
 * write may or may not have been applied.
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
  /** The newest cell of each column of a row. */
  get(table: string, key: string): Promise<StoredRow | undefined>;
  /** Writes cells of one row, all or none. Never retried. */
  put(table: string, key: string, cells: Readonly<Record<Column, CellValue>>): Promise<void>;
  /** Reads rows in the order of their keys. */
  scan(table: string, range: ScanRange): Promise<StoredRow[]>;
  /** Whether the gateway would serve this pod; cheap, for readiness probes. @throws UnreachableError with the reason. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const defaultDeadlineMs = 5000;
const pingDeadlineMs = 2000;
/** "The time of the server" in Bigtable's API. */
const serverTime = -1;

/** Opens a tenant's data; nothing is connected or loaded before the first call. */
export function openTenantData(options: TenantDataOptions): TenantData {
  return new GatewayTenantData(options);
}

class GatewayTenantData implements TenantData {
  readonly #client: LazyClient;
  readonly #tokenFile: TokenFile;
  readonly #range: { readonly start: string; readonly end: string };

  constructor(private readonly options: TenantDataOptions) {
    this.#range = prefixRange(options.prefix);
    this.#tokenFile = new TokenFile(options.tokenFile);
    this.#client = new LazyClient({
      endpoint: options.endpoint,
      project: options.project,
      instance: options.instance,
      tokenFile: this.#tokenFile,
      deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
    });
  }

  async increment(table: string, key: string, column: Column, by: bigint): Promise<bigint> {
    const { family, qualifier } = parseColumn(column);
    const { row } = await this.#client.write('readModifyWriteRow', {
      ...this.#row(table, key),
      rules: [
        { familyName: family, columnQualifier: qualifier, incrementAmount: BigInt.asIntN(64, by).toString() },
      ],
    });
    const value = row?.families?.[0]?.columns?.[0]?.cells?.[0]?.value;
    if (!(value instanceof Uint8Array)) throw new TypeError('The answer to the increment holds no number.');
    return toInt64(value);
  }

  async compareAndSet(
    table: string,
    key: string,
    column: Column,
    expected: CellValue | undefined,
    value: CellValue,
  ): Promise<boolean> {
    const { family, qualifier } = parseColumn(column);
    const newest = [
      {
        columnRangeFilter: {
          familyName: family,
          startQualifierClosed: qualifier,
          endQualifierClosed: qualifier,
        },
      },
      { cellsPerColumnLimitFilter: 1 },
    ];
    const same = expected === undefined ? undefined : toBytes(expected);
    const filters = same
      ? [...newest, { valueRangeFilter: { startValueClosed: same, endValueClosed: same } }]
      : newest;
    const mutations = [setCell(column, value)];
    const { predicateMatched } = await this.#client.write('checkAndMutateRow', {
      ...this.#row(table, key),
      predicateFilter: { chain: { filters } },
      ...(same ? { trueMutations: mutations } : { falseMutations: mutations }),
    });
    return (predicateMatched ?? false) === (same !== undefined);
  }

  async put(table: string, key: string, cells: Readonly<Record<Column, CellValue>>): Promise<void> {
    const mutations = Object.entries(cells).map(([column, value]) => setCell(asColumn(column), value));
    await this.#client.write('mutateRow', { ...this.#row(table, key), mutations });
  }

  async get(table: string, key: string): Promise<StoredRow | undefined> {
    requireInside(this.options.prefix, key);
    const rows = await this.#client.read({ ...this.#newest(table), rows: { rowKeys: [Buffer.from(key)] } });
    return rows[0];
  }

  async scan(
    table: string,
    { start = this.#range.start, end = this.#range.end, limit }: ScanRange,
  ): Promise<StoredRow[]> {
    requireInside(this.options.prefix, start);
    if (end !== this.#range.end) requireInside(this.options.prefix, end);
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new RangeError('A scan needs a limit of at least 1 row.');
    if (Buffer.compare(Buffer.from(start), Buffer.from(end)) >= 0) return [];
    const range = { startKeyClosed: Buffer.from(start), endKeyOpen: Buffer.from(end) };
    return this.#client.read({ ...this.#newest(table), rows: { rowRanges: [range] }, rowsLimit: limit });
  }

  ping(): Promise<void> {
    const { endpoint, project, instance } = this.options;
    return ping({
      endpoint,
      tokenFile: this.#tokenFile,
      instance: `projects/${project}/instances/${instance}`,
      deadlineMs: pingDeadlineMs,
    });
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #row(table: string, key: string): { tableName: string; rowKey: Buffer } {
    requireInside(this.options.prefix, key);
    return { tableName: this.#client.tableName(table), rowKey: Buffer.from(key) };
  }

  #newest(table: string): { tableName: string; filter: { cellsPerColumnLimitFilter: number } } {
    return { tableName: this.#client.tableName(table), filter: { cellsPerColumnLimitFilter: 1 } };
  }
}

function setCell(column: Column, value: CellValue): object {
  const { family, qualifier } = parseColumn(column);
  return {
    setCell: {
      familyName: family,
      columnQualifier: qualifier,
      timestampMicros: serverTime,
      value: toBytes(value),
    },
  };
}

function asColumn(text: string): Column {
  const colon = text.indexOf(':');
  return `${text.slice(0, Math.max(colon, 0))}:${text.slice(colon + 1)}`;
}
