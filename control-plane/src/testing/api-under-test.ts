import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseSettings } from '@leasehold/settings';
import { FirstKeyService } from '../access/first-key.service.js';
import { createApp, type ControlPlaneApp } from '../create-app.js';
import { closeDatabases, connectDatabases } from '../platform/database.js';
import { createLogger } from '../platform/telemetry/logger.js';
import { TestCaller } from './test-caller.js';

export interface ApiUnderTest {
  readonly url: string;
  readonly app: ControlPlaneApp;
  readonly dataDir: string;
  /** Speaks with the admin key that the first start has made. */
  readonly admin: TestCaller;
  /** Speaks with a key, or without one. */
  as(key: string | undefined): TestCaller;
  stop(): Promise<void>;
}

interface DatabaseUrls {
  readonly appUrl: string;
  readonly platformUrl: string;
  readonly twinUrl: string;
}

const repository = resolve(import.meta.dirname, '../../..');

/**
 * The real program in the role `api` on a port of its own: no worker runs what it accepts.
 * @param adminKey of the program that was first over the same database
 * @param more settings; with LEASEHOLD_DATA_DIR the folder is the caller's to make and to remove
 */
export async function startApi(
  database: DatabaseUrls,
  adminKey?: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ApiUnderTest> {
  const dataDir = more['LEASEHOLD_DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'lh-api-')));
  const settings = parseSettings('control-plane', {
    LEASEHOLD_ROLE: 'api',
    LEASEHOLD_DATA_DIR: dataDir,
    LEASEHOLD_LOG_LEVEL: process.env['LEASEHOLD_LOG_LEVEL'] ?? 'silent',
    LEASEHOLD_APP_DATABASE_URL: database.appUrl,
    LEASEHOLD_PLATFORM_DATABASE_URL: database.platformUrl,
    LEASEHOLD_TWIN_DATABASE_URL: database.twinUrl,
    LEASEHOLD_CHARTS_DIR: join(repository, 'charts'),
    LEASEHOLD_WEBHOOK_REACH: 'loopback',
    ...more,
  });
  const stopping = new AbortController();
  const databases = await connectDatabases({ app: database.appUrl, platform: database.platformUrl });
  const log = createLogger(settings.LEASEHOLD_LOG_LEVEL);
  const app = await createApp({ settings, databases, log, stop: stopping.signal });
  await app.nest.init();
  await app.nest.get(FirstKeyService).ensure();
  await app.nest.listen(0, '127.0.0.1');
  const url = await app.nest.getUrl();
  const key = adminKey ?? (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  return {
    url,
    app,
    dataDir,
    admin: new TestCaller(url, key),
    as: (other) => new TestCaller(url, other),
    stop: async () => {
      stopping.abort();
      await app.close();
      await closeDatabases(databases);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
