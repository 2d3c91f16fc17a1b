import type { Logger } from '@leasehold/tenant-kit';
import type { Ledger } from './ledger.js';

const periodMs = 60 * 1000;

/** Releases, every minute, the tokens that are held for calls whose pod has gone. @returns what ends it. */
export function sweepHolds(
  ledger: Pick<Ledger, 'releaseExpired'>,
  logger: Pick<Logger, 'info' | 'warn'>,
): () => void {
  const timer = setInterval(() => {
    ledger.releaseExpired().then(
      (accounts) => {
        if (accounts > 0) logger.info('holds that had expired were released', { accounts });
      },
      (error: unknown) =>
        logger.warn('expired holds could not be released; it is tried again in a minute', { error }),
    );
  }, periodMs);
  timer.unref();
  return () => clearInterval(timer);
}
