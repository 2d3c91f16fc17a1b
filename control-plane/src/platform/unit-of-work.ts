import type { EntityManager } from 'typeorm';
import type { Databases } from './database.js';
import type { Ctx } from './request-context.js';
import { inPart } from './telemetry/tracing.js';

/** A transaction. Nothing over the network happens inside one, the database itself excepted. */
export type Tx = EntityManager;

/**
 * Every read and write goes through here: one transaction, under the database role that the caller's role allows.
 * A tenant's caller gets `app.tenant_id` for this transaction alone (`set_config(…, true)`: a session setting would leak
 * to the next user of the pooled connection).
 */
export class UnitOfWork {
  constructor(private readonly databases: Databases) {}

  async run<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
    return inPart('transaction', { 'db.system.name': 'postgresql' }, () => this.#run(ctx, work));
  }

  async #run<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
    const { tenantId } = ctx.actor;
    if (tenantId === undefined) return this.databases.platform.transaction(work);
    return this.databases.app.transaction(async (tx) => {
      await tx.query(`select set_config('app.tenant_id', $1, true)`, [tenantId]);
      return work(tx);
    });
  }
}

/** Rows that a parameterised statement gives (`returning` included), as the repository that wrote it declares them. */
export async function rows<Row>(tx: Tx, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  const result: unknown = await tx.query(sql, [...parameters]);
  // TypeORM answers `[rows, count]` for UPDATE and DELETE, and the rows alone for everything else.
  const changed =
    Array.isArray(result) && result.length === 2 && Array.isArray(result[0]) && typeof result[1] === 'number';
  return (changed ? result[0] : result) as Row[];
}

/** The only row, or undefined. */
export async function row<Row>(
  tx: Tx,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row | undefined> {
  return (await rows<Row>(tx, sql, parameters))[0];
}

/** The row of a statement that always gives one, such as `insert … returning`. */
export async function onlyRow<Row>(tx: Tx, sql: string, parameters: readonly unknown[] = []): Promise<Row> {
  const found = await row<Row>(tx, sql, parameters);
  if (found === undefined) throw new Error(`A statement that always gives a row gave none: ${sql}`);
  return found;
}
