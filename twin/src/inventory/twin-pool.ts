import pg from 'pg';

/**
 * Connections of the database role `leasehold_twin`, for one process. Statements end after 10 s, so that no write can
 * outlive a run that was given up by more than that.
 */
export function createTwinPool(databaseUrl: string, maxConnections = 8): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: maxConnections,
    application_name: 'leasehold-twin',
    connectionTimeoutMillis: 10_000,
    statement_timeout: 10_000,
    idle_in_transaction_session_timeout: 10_000,
    keepAlive: true,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}
