import type { Pool, PoolClient } from 'pg';

/** Runs `work` in one transaction on one connection; any error rolls it back. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    await client.query('rollback').then(
      () => client.release(),
      // The connection itself is gone; the server rolls back.
      () => client.release(true),
    );
    throw error;
  }
}
