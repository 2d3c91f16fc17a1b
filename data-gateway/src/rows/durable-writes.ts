import type { Backend } from '../backend/backend.js';
import { methods } from '../backend/bigtable-paths.js';
import type { InstanceTables } from '../backend/tables.js';
import type { Connection } from '../grpc/connection.js';
import { unavailable, UpstreamStatusError } from '../grpc/grpc-error.js';
import type { DurableLog } from '../log/durable-log.js';
import { hourOf } from '../metering/hour-usage.js';
import { bytesField, textField } from '../wire/wire-writer.js';
import { deleteFromRow, entryOfCells, scannedCells } from '../wire/row-chunks.js';
import type { PrefixWrites } from './prefix-writes.js';
import { rowName, type RowLocks } from './row-locks.js';

const answerTimeoutMs = 30_000;

/** What a write did: the server's answer, and the rows as the log keeps them; nothing when no row changed. */
export interface Applied<T> {
  readonly answer: T;
  readonly entries: Buffer | undefined;
}

export interface RowsToWrite {
  readonly prefix: string;
  /** The table's id. */
  readonly table: string;
  readonly keys: readonly Buffer[];
  /** A deletion of old versions by the gateway itself; nobody is told of it. */
  readonly collects?: true;
  /** A tenant's own write, which is metered with its record. */
  readonly metered?: true;
  /** What a metered write charges, if it changes a row. */
  readonly tokens?: number;
}

export interface DurableWritesOptions {
  readonly backend: Backend;
  readonly log: DurableLog;
  readonly tables: InstanceTables;
  readonly writes: PrefixWrites;
  readonly locks: RowLocks;
  /** Told of each row that was written. */
  readonly written: (table: string, key: Buffer) => void;
}

/** The way of every write: lock the rows, apply in the emulator, queue for the log, unlock, wait until it is on disk. */
export class DurableWrites {
  constructor(private readonly options: DurableWritesOptions) {}

  /**
   * @param apply makes the call; what it did must be known exactly from its answer.
   * @returns the answer, once its effect is durable.
   * @throws GrpcError UNAVAILABLE when the outcome is not known; UpstreamStatusError when the server refused.
   */
  async write<T>(rows: RowsToWrite, apply: (connection: Connection) => Promise<Applied<T>>): Promise<T> {
    this.#admit();
    return this.options.writes.run(rows.prefix, () => this.#write(rows, apply));
  }

  /** Drops all rows of a prefix in every table. Writes to it wait meanwhile. */
  erase(prefix: string): Promise<void> {
    const { writes, tables, log } = this.options;
    return writes.alone(prefix, async () => {
      const connection = this.#admit();
      const keysBegin = `${prefix}#`;
      for (const { table } of tables.definitions) {
        await this.#watched(connection, tables.drop(connection, table, keysBegin));
        await log.append({ kind: 'drop', table, keysBegin });
      }
    });
  }

  #admit(): Connection {
    if (!this.options.log.writable)
      throw unavailable('The disk of the data gateway takes no writes at present; nothing was written.', {
        nothingApplied: true,
      });
    return this.options.backend.connection();
  }

  async #write<T>(rows: RowsToWrite, apply: (connection: Connection) => Promise<Applied<T>>): Promise<T> {
    const unlock = await this.options.locks.acquire(
      rows.keys.map((key) => rowName(rows.table, key)),
      'write',
    );
    let durable: Promise<void>;
    let outcome: { answer: T } | { refused: UpstreamStatusError };
    try {
      const connection = this.#admit();
      try {
        const { answer, entries } = await this.#watched(connection, apply(connection));
        outcome = { answer };
        durable = entries ? this.#log(rows, entries, rows) : this.options.log.flushed();
      } catch (error) {
        if (!(error instanceof UpstreamStatusError)) throw error;
        outcome = { refused: error };
        durable = this.#log(rows, await this.#watched(connection, this.#present(connection, rows)));
      }
    } finally {
      unlock();
    }
    await durable;
    if ('refused' in outcome) throw outcome.refused;
    return outcome.answer;
  }

  #log(
    rows: RowsToWrite,
    entries: Buffer,
    { metered, tokens }: Pick<RowsToWrite, 'metered' | 'tokens'> = {},
  ): Promise<void> {
    if (!rows.collects) for (const key of rows.keys) this.options.written(rows.table, key);
    return this.options.log.append({
      kind: 'rows',
      table: rows.table,
      entries,
      ...(metered ? { hour: hourOf(Date.now()), ...(tokens ? { tokens } : {}) } : {}),
    });
  }

  /** The emulator may have applied part of what it refused, so the rows are logged as they are now. */
  async #present(connection: Connection, { table, keys }: RowsToWrite): Promise<Buffer> {
    const entries: Buffer[] = [];
    for (const key of keys) {
      const request = Buffer.concat([
        textField(1, this.options.tables.nameOf(table)),
        bytesField(2, bytesField(1, key)),
      ]);
      const cells = (await connection.call(methods.readRows, request)).flatMap(scannedCells);
      entries.push(entryOfCells(key, cells, [deleteFromRow]));
    }
    return Buffer.concat(entries);
  }

  /** An emulator that does not answer, or not as expected, is given up: what it did is not known. */
  async #watched<T>(connection: Connection, answer: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.options.backend.suspect(connection), answerTimeoutMs);
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof UpstreamStatusError)) this.options.backend.suspect(connection);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
