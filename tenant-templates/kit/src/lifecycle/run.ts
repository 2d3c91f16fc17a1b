import { PodConfigError } from '../config/pod-config.js';
import { createLogger } from '../log/logger.js';
import { createTenantApp, type TenantApp, type TenantAppOptions } from '../tenant-app.js';

/**
 * Runs a workload as the main program of its process: SIGTERM or SIGINT finishes what was accepted and exits 0 (1 when
 * a request had to be cut off); an environment that does not fit, or an error that nobody caught, is logged and exits 1.
 */
export async function runTenantApp(options: TenantAppOptions): Promise<void> {
  // A reader of the log that goes away must not take the workload with it.
  process.stdout.on('error', () => undefined);
  const app = createOrExit(options);
  const die = (error: unknown): void => {
    app.logger.error('an error that nobody caught ends this process', { error });
    process.exit(1);
  };
  process.on('uncaughtException', die);
  process.on('unhandledRejection', die);
  const stop = once(() => void stopAndExit(app));
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    await app.start();
  } catch (error) {
    die(error);
  }
}

function createOrExit(options: TenantAppOptions): TenantApp {
  try {
    return createTenantApp(options);
  } catch (error) {
    const logger = createLogger('info', { template: options.manifest.name });
    const known = error instanceof PodConfigError;
    logger.error(known ? error.message : 'the workload could not be set up', known ? {} : { error });
    process.exit(1);
  }
}

async function stopAndExit(app: TenantApp): Promise<void> {
  app.logger.info('stopping');
  try {
    const drained = await app.stop();
    app.logger.info(drained ? 'stopped' : 'stopped; requests that took too long were cut off');
    process.exit(drained ? 0 : 1);
  } catch (error) {
    app.logger.error('the workload could not close', { error });
    process.exit(1);
  }
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
