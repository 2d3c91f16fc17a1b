import type { Connection } from '../grpc/connection.js';
import type { LogRecord } from '../log/log-record.js';
import { anyEntryFailed } from '../wire/responses.js';
import { textField } from '../wire/wire-writer.js';
import { methods } from './bigtable-paths.js';
import type { InstanceTables } from './tables.js';

/** Large enough to be fast, small enough for the emulator's limit on messages. */
const batchBytes = 1024 * 1024;

/**
 * Applies the log's records in order to an empty emulator.
 * @returns how many records there were.
 * @throws Error when a table of the log no longer exists.
 */
export async function replay(
  connection: Connection,
  tables: InstanceTables,
  files: AsyncIterable<LogRecord[]>,
): Promise<number> {
  const batch = new RowsBatch(connection, tables);
  let count = 0;
  for await (const records of files) {
    for (const record of records) {
      count++;
      if (record.kind === 'rows') await batch.add(record.table, record.entries);
      else if (record.kind === 'drop') {
        await batch.send();
        await tables.drop(connection, record.table, record.keysBegin);
      }
    }
  }
  await batch.send();
  return count;
}

/** Rows of one table that go to the emulator in one call. */
class RowsBatch {
  #table = '';
  #entries: Buffer[] = [];
  #bytes = 0;

  constructor(
    private readonly connection: Connection,
    private readonly tables: InstanceTables,
  ) {}

  async add(table: string, entries: Buffer): Promise<void> {
    if (table !== this.#table || this.#bytes + entries.length > batchBytes) await this.send();
    this.#table = table;
    this.#entries.push(entries);
    this.#bytes += entries.length;
  }

  async send(): Promise<void> {
    if (this.#entries.length === 0) return;
    const name = this.tables.nameOf(this.#table);
    if (!this.tables.byName.has(name)) {
      throw new Error(
        `The data gateway's log has rows of the table ${this.#table}, which migrations/bigtable/tables.json does not define.`,
      );
    }
    const request = Buffer.concat([textField(1, name), ...this.#entries]);
    this.#entries = [];
    this.#bytes = 0;
    const answers = await this.connection.call(methods.mutateRows, request);
    if (answers.some(anyEntryFailed))
      throw new Error(`The emulator refused rows of the table ${this.#table} that the log holds.`);
  }
}
