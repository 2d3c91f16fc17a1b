import type { TableDefinition } from '@leasehold/tenant-data/tables';
import type { Connection } from '../grpc/connection.js';
import { UpstreamStatusError } from '../grpc/grpc-error.js';
import type { KnownTable } from '../wire/caller-scope.js';
import { bytesField, numberField, textField } from '../wire/wire-writer.js';
import { adminMethods, methods } from './bigtable-paths.js';

const alreadyExists = 6;

/** The tables of one Bigtable instance, by definition and by name. */
export class InstanceTables {
  /** By full name, as callers name them. */
  readonly byName: ReadonlyMap<string, KnownTable>;

  /** @param instance `projects/<project>/instances/<instance>`. */
  constructor(
    readonly instance: string,
    readonly definitions: readonly TableDefinition[],
  ) {
    this.byName = new Map(
      definitions.map(({ table, families }) => [
        this.nameOf(table),
        { id: table, families: new Set(families.map(({ id }) => id)) },
      ]),
    );
  }

  nameOf(table: string): string {
    return `${this.instance}/tables/${table}`;
  }

  /**
   * Makes every table exist. The emulator gets no rules for garbage collection: its collector can lose a write to a row that it is just
   * removing, and what it deletes would not be in the log. The gateway deletes old versions itself.
   */
  async create(connection: Connection): Promise<void> {
    for (const { table, families } of this.definitions) {
      const columnFamilies = families.map(({ id }) => bytesField(3, textField(1, id), bytesField(2)));
      const request = Buffer.concat([
        textField(1, this.instance),
        textField(2, table),
        bytesField(3, ...columnFamilies),
      ]);
      try {
        await connection.call(adminMethods.createTable, request);
      } catch (error) {
        if (!(error instanceof UpstreamStatusError && error.status === alreadyExists)) throw error;
      }
    }
  }

  /** Deletes all rows of every table. */
  async clear(connection: Connection): Promise<void> {
    for (const { table } of this.definitions) {
      await connection.call(
        adminMethods.dropRowRange,
        Buffer.concat([textField(1, this.nameOf(table)), numberField(3, 1)]),
      );
    }
  }

  /** Deletes the rows of a table whose keys begin so. */
  async drop(connection: Connection, table: string, keysBegin: string): Promise<void> {
    await connection.call(
      adminMethods.dropRowRange,
      Buffer.concat([textField(1, this.nameOf(table)), textField(2, keysBegin)]),
    );
  }

  /** Whether every table is empty. */
  async empty(connection: Connection): Promise<boolean> {
    for (const { table } of this.definitions) {
      const request = Buffer.concat([textField(1, this.nameOf(table)), numberField(4, 1)]);
      const answer = await connection.call(methods.readRows, request);
      if (answer.length > 0) return false;
    }
    return true;
  }
}
