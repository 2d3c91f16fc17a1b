import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';

/**
 * Runs work while nobody else holds the lock of this name, in any process. The lock belongs to a database session, not to
 * a transaction, so the work may use the network; it goes with the process that dies.
 * @throws QueryFailedError `lock_not_available` when it is not free within `waitMs`
 */
export async function withSessionLock<T>(
  source: DataSource,
  name: string,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const key = createHash('sha256').update(name).digest().readBigInt64BE().toString();
  const session = source.createQueryRunner();
  await session.connect();
  try {
    await session.query(`select set_config('lock_timeout', $1, false)`, [`${waitMs}ms`]);
    await session.query('select pg_advisory_lock($1::bigint)', [key]);
    try {
      return await work();
    } finally {
      await session.query('select pg_advisory_unlock($1::bigint)', [key]);
    }
  } finally {
    await session.query(`reset lock_timeout`).catch(() => undefined);
    await session.release();
  }
}
