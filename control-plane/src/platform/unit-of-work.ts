import type { EntityManager } from 'typeorm';
import type { Databases } from './database.js';
import type { Ctx } from './request-context.js';

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
    const { tenantId } = ctx.actor;
    if (tenantId === undefined) return this.databases.platform.transaction(work);
    return this.databases.app.transaction(async (tx) => {
      await tx.query(`select set_config('app.tenant_id', $1, true)`, [tenantId]);
      return work(tx);
    });
  }
}

/** Rows of a parameterised query, as the repository that wrote it declares them. */
export async function rows<Row>(tx: Tx, sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
  return tx.query<Row[]>(sql, [...parameters]);
}
