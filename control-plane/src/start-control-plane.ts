import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SettingsError } from '@leasehold/settings';
import { FirstKeyService } from './access/first-key.service.js';
import { createApp } from './create-app.js';
import { closeDatabases, connectDatabases } from './platform/database.js';
import { systemContext } from './platform/request-context.js';
import { createLogger } from './platform/telemetry/logger.js';
import { startTracing } from './platform/telemetry/start-tracing.js';
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
  const tracing = await startTracing(settings.OTEL_EXPORTER_OTLP_ENDPOINT, settings.LEASEHOLD_ROLE);
  const databases = await connectDatabases({
    app: settings.LEASEHOLD_APP_DATABASE_URL,
    platform: settings.LEASEHOLD_PLATFORM_DATABASE_URL,
  });
  const { nest, close } = await createApp({ settings, databases, log, stop: stopping.signal });
  const end = async (): Promise<void> => {
    stopping.abort();
    await close();
    await closeDatabases(databases);
    await tracing.stop();
  };
  try {
    await nest.init();
    if (settings.LEASEHOLD_ROLE !== 'worker') await nest.get(FirstKeyService).ensure();
    const firstRun = !(await nest.get(TenantsService).anyEver(systemContext('start', log)));
    const port = await listen(nest, settings);
    log.info({ port, role: settings.LEASEHOLD_ROLE, firstRun }, 'the control plane answers');
    const seeds = settings.LEASEHOLD_ROLE === 'worker' ? Promise.resolve() : nest.get(SeedsService).plant();
    return {
      port,
      firstRun,
      stop: async () => {
        stopping.abort();
        await seeds;
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** @returns the port, which the system has chosen when the setting is 0 */
async function listen(nest: NestFastifyApplication, settings: ControlPlaneSettings): Promise<number> {
  const { LEASEHOLD_PORT: port, LEASEHOLD_BIND: address } = settings;
  try {
    await nest.listen(port, address);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
    throw new SettingsError(
      `LEASEHOLD_PORT ${port} is taken by another program on ${address}; set another one.`,
    );
  }
  return Number(new URL(await nest.getUrl()).port);
}
