import { FirstKeyService } from './access/first-key.service.js';
import { createApp } from './create-app.js';
import { closeDatabases, connectDatabases } from './platform/database.js';
import { systemContext } from './platform/request-context.js';
import { createLogger } from './platform/telemetry/logger.js';
import type { ControlPlaneSettings } from './platform/tokens.js';
import { SeedsService } from './seeds/seeds.service.js';
import { TenantsService } from './tenants/tenants.service.js';

export interface RunningControlPlane {
  /** Where it listens: the API, or a worker's health routes alone. */
  readonly port: number;
  /** Whether no tenant was ever in the database. */
  readonly firstRun: boolean;
  /** Takes no new requests, ends streams, lets what is running come to a safe point, closes the database. */
  stop(): Promise<void>;
}

/** Starts the control plane with these settings; it answers when this returns, and its seeds are being planted. */
export async function startControlPlane(settings: ControlPlaneSettings): Promise<RunningControlPlane> {
  const log = createLogger(settings.LEASEHOLD_LOG_LEVEL);
  const stopping = new AbortController();
  const databases = await connectDatabases({
    app: settings.LEASEHOLD_APP_DATABASE_URL,
    platform: settings.LEASEHOLD_PLATFORM_DATABASE_URL,
  });
  try {
    const { nest } = await createApp({ settings, databases, log, stop: stopping.signal });
    await nest.init();
    if (settings.LEASEHOLD_ROLE !== 'worker') await nest.get(FirstKeyService).ensure();
    const firstRun = !(await nest.get(TenantsService).anyEver(systemContext('start', log)));
    await nest.listen(settings.LEASEHOLD_PORT, settings.LEASEHOLD_BIND);
    const port = Number(new URL(await nest.getUrl()).port);
    log.info({ port, role: settings.LEASEHOLD_ROLE, firstRun }, 'the control plane answers');
    const seeds = settings.LEASEHOLD_ROLE === 'worker' ? Promise.resolve() : nest.get(SeedsService).plant();
    return {
      port,
      firstRun,
      stop: async () => {
        stopping.abort();
        await seeds;
        await nest.close();
        await closeDatabases(databases);
      },
    };
  } catch (error) {
    await closeDatabases(databases);
    throw error;
  }
}
