import type { Backend } from '../backend/backend.js';
import { methods } from '../backend/bigtable-paths.js';
import type { InstanceTables } from '../backend/tables.js';
import type { Connection } from '../grpc/connection.js';
import { GrpcError, Status, unavailable } from '../grpc/grpc-error.js';
import type { DurableWrites } from '../rows/durable-writes.js';
import { anyEntryFailed } from '../wire/responses.js';
import { scannedCells } from '../wire/row-chunks.js';
import { bytesField, numberField, textField } from '../wire/wire-writer.js';
import { ledgerEntry, ledgerKey, ledgerTable, notBegun, readLedger, type Progress } from './ledger.js';
import { checksumOf, type Backfill, type Migration } from './migration.js';
import { rowChange } from './row-change.js';

const rowsPerPage = 500;
/** So many rows are changed at a time; they share synchronous writes of the log. */
const atOnce = 50;

export interface MigratorOptions {
  readonly migrations: readonly Migration[];
  readonly backend: Backend;
  readonly tables: InstanceTables;
  readonly rows: DurableWrites;
  /** Looks at the versions of a row as after a write. */
  readonly collect: (table: string, key: Buffer) => void;
  readonly rowsPerPage?: number;
  readonly now?: () => number;
}

/** How far a migration is with a prefix, for people. */
export interface MigrationState {
  readonly id: string;
  readonly description: string;
  readonly state: 'not_begun' | 'under_way' | 'done';
  readonly rows: number;
  readonly changed: number;
  /** Of its last page; null before the first. */
  readonly at: string | null;
}

/** Runs migrations over the rows of one prefix, a page at a time; after each page the ledger says how far it is. */
export class Migrator {
  readonly #running = new Map<string, Promise<Progress>>();

  constructor(private readonly options: MigratorOptions) {}

  /**
   * Does the next page of a migration, or nothing when it is done. Whoever asks at the same time gets the same page.
   * @throws GrpcError NOT_FOUND for a migration that this version does not know, FAILED_PRECONDITION for one that was changed after it had
   * been begun, UNAVAILABLE while Bigtable is.
   */
  step(prefix: string, id: string): Promise<Progress> {
    const name = `${prefix}/${id}`;
    const running = this.#running.get(name);
    if (running) return running;
    const step = this.#step(prefix, id).finally(() => this.#running.delete(name));
    this.#running.set(name, step);
    return step;
  }

  /** All migrations that this version knows, in their order, and how far each is with the prefix. @throws GrpcError UNAVAILABLE */
  async states(prefix: string): Promise<MigrationState[]> {
    const { migrations, backend, tables } = this.options;
    const ledger = await readLedger(backend.connection(), tables, prefix);
    return migrations.map(({ id, description }) => {
      const entry = ledger.get(id);
      const { done, rows, changed } = entry?.progress ?? notBegun;
      const state = done ? 'done' : entry ? 'under_way' : 'not_begun';
      return { id, description, state, rows, changed, at: entry?.at.toISOString() ?? null };
    });
  }

  async #step(prefix: string, id: string): Promise<Progress> {
    const migration = this.options.migrations.find((each) => each.id === id);
    if (!migration)
      throw new GrpcError(
        Status.notFound,
        `The data gateway knows no migration ${id}; is it older than the release?`,
      );
    const { backend, tables } = this.options;
    const checksum = checksumOf(migration);
    const before = (await readLedger(backend.connection(), tables, prefix)).get(id)?.progress ?? notBegun;
    if (before.checksum !== undefined && before.checksum !== checksum) throw changedSince(id);
    const backfill = migration.backfills[before.backfill];
    if (before.done || !backfill) return before;
    const after = await this.#page(prefix, backfill, before);
    const last = after.after === null && after.backfill === migration.backfills.length;
    const state = { ...after, checksum, done: last };
    await this.#write(prefix, ledgerTable.table, ledgerKey(prefix, id), () =>
      ledgerEntry(ledgerKey(prefix, id), state, this.#nowMicros()),
    );
    return state;
  }

  async #page(prefix: string, backfill: Backfill, before: Progress): Promise<Progress> {
    const limit = this.options.rowsPerPage ?? rowsPerPage;
    const keys = await this.#keys(prefix, backfill.table, before.after, limit);
    let changed = 0;
    for (let from = 0; from < keys.length; from += atOnce) {
      const made = await Promise.all(
        keys.slice(from, from + atOnce).map((key) => this.#changeRow(prefix, backfill, key)),
      );
      changed += made.filter(Boolean).length;
    }
    const last = keys.length < limit ? undefined : keys.at(-1);
    return {
      done: false,
      backfill: last ? before.backfill : before.backfill + 1,
      after: last ? last.toString('base64') : null,
      rows: before.rows + keys.length,
      changed: before.changed + changed,
    };
  }

  async #keys(prefix: string, table: string, after: string | null, limit: number): Promise<Buffer[]> {
    const { backend, tables } = this.options;
    const start = after === null ? textField(1, `${prefix}#`) : bytesField(2, Buffer.from(after, 'base64'));
    const range = bytesField(2, bytesField(2, start, textField(3, `${prefix}$`)));
    const oneCell = bytesField(3, numberField(11, 1));
    const request = Buffer.concat([
      textField(1, tables.nameOf(table)),
      range,
      oneCell,
      numberField(4, limit),
    ]);
    const answers = await backend.connection().call(methods.readRows, request);
    return answers.flatMap((answer) => scannedCells(answer).map(({ key }) => key));
  }

  async #changeRow(prefix: string, backfill: Backfill, key: Buffer): Promise<boolean> {
    if (backfill.function === 'applyGc') {
      this.options.collect(backfill.table, key);
      return false;
    }
    return this.#write(prefix, backfill.table, key, async (connection) => {
      const request = Buffer.concat([
        textField(1, this.options.tables.nameOf(backfill.table)),
        bytesField(2, bytesField(1, key)),
      ]);
      const cells = (await connection.call(methods.readRows, request)).flatMap(scannedCells);
      return rowChange(backfill, cells, this.#nowMicros());
    });
  }

  /** Reads and writes a row while no pod can write to it. @returns whether there was something to write. */
  #write(
    prefix: string,
    table: string,
    key: Buffer,
    entryOf: (connection: Connection) => Buffer | undefined | Promise<Buffer | undefined>,
  ): Promise<boolean> {
    return this.options.rows.write({ prefix, table, keys: [key] }, async (connection) => {
      const entry = await entryOf(connection);
      if (!entry) return { answer: false, entries: undefined };
      const request = Buffer.concat([textField(1, this.options.tables.nameOf(table)), entry]);
      const answers = await connection.call(methods.mutateRows, request);
      if (answers.some(anyEntryFailed)) throw unavailable('Bigtable did not take a row of the migration.');
      return { answer: true, entries: entry };
    });
  }

  #nowMicros(): bigint {
    return BigInt(this.options.now?.() ?? Date.now()) * 1000n;
  }
}

function changedSince(id: string): GrpcError {
  return new GrpcError(
    Status.failedPrecondition,
    `The migration ${id} is not what it was when it was begun with these rows: put it back as it was, and give what is new a number of its own.`,
  );
}
