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

/** The whole connection string goes to the driver: it may name a Unix socket, which TypeORM's own parser does not know. */
async function open(connectionString: string, max: number): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    schema: 'leasehold',
    extra: { connectionString, max, application_name: 'leasehold control-plane' },
  });
  return source.initialize();
}
