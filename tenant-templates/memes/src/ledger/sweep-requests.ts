import type { Logger } from '@leasehold/tenant-kit';
import type { LedgerStore } from './ledger-store.js';

const periodMs = 60 * 60 * 1000;

/** Deletes, every hour, the records of requests that nobody looks for any more. @returns what ends it. */
export function sweepRequests(
  store: Pick<LedgerStore, 'forgetOldRequests'>,
  { now, logger }: { readonly now: () => number; readonly logger: Pick<Logger, 'info' | 'warn'> },
): () => void {
  const timer = setInterval(() => {
    store.forgetOldRequests(now()).then(
      (count) => {
        if (count > 0) logger.info('old requests were deleted', { count });
      },
      (error: unknown) =>
        logger.warn('old requests could not be deleted; it is tried again in an hour', { error }),
    );
  }, periodMs);
  timer.unref();
  return () => clearInterval(timer);
}
