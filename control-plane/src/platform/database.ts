import { DataSource } from 'typeorm';

/** The two ways into the database; which one a request takes follows from who asks and from nothing else. */
export interface Databases {
  /** Role `leasehold_app`: row-level security by `app.tenant_id`. */
  readonly app: DataSource;
  /** Role `leasehold_platform`: platform roles, workers, reconcilers. */
  readonly platform: DataSource;
}

export interface DatabaseUrls {
  readonly app: string;
  readonly platform: string;
}

export async function connectDatabases(urls: DatabaseUrls, poolSize = 10): Promise<Databases> {
  const [app, platform] = await Promise.all([open(urls.app, poolSize), open(urls.platform, poolSize)]);
  return { app, platform };
}

export async function closeDatabases(databases: Databases): Promise<void> {
  await Promise.all([databases.app.destroy(), databases.platform.destroy()]);
}

/**
 * In milliseconds. A transaction is short by rule; one that hangs (its process is paused, or waits for a lock of one that
 * is) must not keep others waiting for ever: after this its connection is cut, and what it held is free.
 */
const patience = {
  connectionTimeoutMillis: 5_000,
  statement_timeout: 30_000,
  idle_in_transaction_session_timeout: 30_000,
  keepAlive: true,
};

/** The whole connection string goes to the driver: it may name a Unix socket, which TypeORM's own parser does not know. */
async function open(connectionString: string, max: number): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    schema: 'leasehold',
    extra: { connectionString, max, application_name: 'leasehold control-plane', ...patience },
  });
  return source.initialize();
}
