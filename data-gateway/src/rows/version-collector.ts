import type { TableDefinition } from '@leasehold/tenant-data/tables';
import type { Backend } from '../backend/backend.js';
import { methods } from '../backend/bigtable-paths.js';
import type { InstanceTables } from '../backend/tables.js';
import type { Connection } from '../grpc/connection.js';
import { deleteOlder, scannedCells, type ScannedCell } from '../wire/row-chunks.js';
import { bytesField, numberField, textField } from '../wire/wire-writer.js';
import { entryOf } from '../wire/write-requests.js';
import type { DurableWrites } from './durable-writes.js';

const intervalMs = 250;
const keysPerRead = 200;
const prefixLength = 10;

/** Any filter that keeps the cells and takes their values away. */
const withoutValues = bytesField(3, numberField(13, 1));

/**
 * Deletes versions of cells beyond what their family keeps. It looks only at rows that were written since it last looked, and its deletions
 * go through the log as all writes do, so that a replay gives the same cells.
 */
export class VersionCollector {
  readonly #written = new Map<string, Set<string>>();
  readonly #keep: ReadonlyMap<string, ReadonlyMap<string, number>>;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(
    private readonly tables: InstanceTables,
    private readonly backend: Backend,
    private readonly rows: () => DurableWrites,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#keep = new Map(tables.definitions.map(({ table, families }) => [table, versionsToKeep(families)]));
  }

  /** Remembers that a row was written. */
  written(table: string, key: Buffer): void {
    const keys = this.#written.get(table) ?? new Set();
    this.#written.set(table, keys.add(key.toString('latin1')));
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #start(): void {
    const pending = [...this.#written].map(([table, keys]) => ({ table, keys: [...keys] }));
    this.#written.clear();
    this.#running = this.#collect(pending).finally(() => {
      this.#timer = undefined;
      if (this.#written.size > 0) this.#schedule();
    });
  }

  #schedule(): void {
    if (!this.#timer && !this.#stopped) this.#timer = setTimeout(() => this.#start(), intervalMs);
  }

  async #collect(pending: readonly { table: string; keys: readonly string[] }[]): Promise<void> {
    for (const { table, keys } of pending) {
      for (let from = 0; from < keys.length && !this.#stopped; from += keysPerRead) {
        const chunk = keys.slice(from, from + keysPerRead);
        try {
          await this.#collectRows(table, chunk);
        } catch (error) {
          // The emulator may be on its way back: these rows are still to be looked at.
          for (const key of chunk) this.written(table, Buffer.from(key, 'latin1'));
          if (this.backend.serving) this.onError(error);
        }
      }
    }
  }

  async #collectRows(table: string, keys: readonly string[]): Promise<void> {
    const connection = this.backend.connection();
    const rowSet = bytesField(2, ...keys.map((key) => bytesField(1, Buffer.from(key, 'latin1'))));
    const request = Buffer.concat([textField(1, this.tables.nameOf(table)), rowSet, withoutValues]);
    for (const answer of await connection.call(methods.readRows, request)) {
      const cells = scannedCells(answer);
      const mutations = excess(cells, this.#keep.get(table) ?? new Map());
      const key = cells[0]?.key;
      if (key && mutations.length > 0) await this.#delete(table, key, mutations);
    }
  }

  async #delete(table: string, key: Buffer, mutations: readonly Buffer[]): Promise<void> {
    const entry = entryOf(key, mutations);
    const request = Buffer.concat([textField(1, this.tables.nameOf(table)), entry]);
    const prefix = key.toString('latin1', 0, prefixLength);
    await this.rows().write(
      { prefix, table, keys: [key], collects: true },
      async (connection: Connection) => ({
        answer: await connection.call(methods.mutateRows, request),
        entries: entry,
      }),
    );
  }
}

/** The deletions that leave each column with the versions its family keeps. A row's cells come column by column, newest first. */
function excess(cells: readonly ScannedCell[], keep: ReadonlyMap<string, number>): Buffer[] {
  const mutations: Buffer[] = [];
  let column: ScannedCell | undefined;
  let versions = 0;
  let deleted = false;
  let oldestKept = 0n;
  for (const cell of cells) {
    if (!column || cell.family !== column.family || !cell.qualifier.equals(column.qualifier))
      [column, versions, deleted] = [cell, 0, false];
    versions++;
    if (versions <= (keep.get(cell.family) ?? Infinity)) oldestKept = cell.timestampMicros;
    else if (!deleted) {
      mutations.push(deleteOlder(cell.family, cell.qualifier, oldestKept));
      deleted = true;
    }
  }
  return mutations;
}

function versionsToKeep(families: TableDefinition['families']): ReadonlyMap<string, number> {
  return new Map(families.map(({ id, gc }) => [id, gc.maxVersions]));
}
