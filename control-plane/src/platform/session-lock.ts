import { createHash } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { KeyedQueue } from './keyed-queue.js';

/**
 * Locks by name that hold in every process. A lock belongs to a database session, not to a transaction, so the work below
 * it may use the network; it goes with the process that dies.
 */
export class SessionLocks {
  /** In this process callers wait here: one that waited in the database would keep a pooled connection from others. */
  readonly #queue = new KeyedQueue();

  constructor(private readonly source: DataSource) {}

  /**
   * Runs work while nobody else holds the lock.
   * @param work uses the given session alone: a second connection might never come while all are held by such work
   * @throws QueryFailedError `lock_not_available` when the lock is not free within `waitMs`
   */
  async run<T>(name: string, waitMs: number, work: (session: EntityManager) => Promise<T>): Promise<T> {
    return this.#queue.run(name, () => this.#locked(name, waitMs, work));
  }

  async #locked<T>(name: string, waitMs: number, work: (session: EntityManager) => Promise<T>): Promise<T> {
    const key = createHash('sha256').update(name).digest().readBigInt64BE().toString();
    const session = this.source.createQueryRunner();
    await session.connect();
    try {
      await session.query(`select set_config('lock_timeout', $1, false)`, [`${waitMs}ms`]);
      await session.query('select pg_advisory_lock($1::bigint)', [key]);
      try {
        return await work(session.manager);
      } finally {
        await session.query('select pg_advisory_unlock($1::bigint)', [key]);
      }
    } finally {
      await session.query('reset lock_timeout').catch(() => undefined);
      await session.release();
    }
  }
}
