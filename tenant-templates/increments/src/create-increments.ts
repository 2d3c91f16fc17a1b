import { randomBytes } from 'node:crypto';
import { openTenantData } from '@leasehold/tenant-data';
import type { Logger, Metrics, Workload, WorkloadContext } from '@leasehold/tenant-kit';
import { Acceptor } from './accept/acceptor.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { deadLetterRoutes } from './dead-letters/dead-letter-routes.js';
import { FoldLoop } from './fold/fold-loop.js';
import { Folder } from './fold/folder.js';
import { incrementsRoutes } from './increments-routes.js';
import { BigtableIncrementsStore } from './rows/bigtable-increments-store.js';
import type { IncrementsStore } from './rows/increments-store.js';
import { Totals } from './totals.js';

/** How long one call of the data gateway may take. */
const deadlineMs = 4_000;

/** The increments of one tenant, over rows of the shared Bigtable. */
export function createIncrements({ config, rows, logger, metrics }: WorkloadContext): Workload {
  const data = openTenantData({ ...rows, deadlineMs });
  const store = new BigtableIncrementsStore(data, config.data.prefix);
  const { acceptor, folder, loop, letters } = assemble(store, logger, metrics);
  const totals = new Totals({ store, foldNow: () => loop.passNow() });
  metrics.gauge(
    'increments_fold_lag_seconds',
    'How far behind readers were last told the totals are.',
    () => totals.lagSeconds,
  );
  return {
    routes: [...incrementsRoutes(acceptor, totals), ...deadLetterRoutes(letters)],
    ping: () => data.ping(),
    pending: () => acceptor.pending + loop.pending,
    async close() {
      await acceptor.close();
      try {
        await loop.close();
        if (folder.left === 0 && !acceptor.inDoubt) await folder.retireOwn();
      } catch (error) {
        // They are durable: another replica, or the next one, folds them.
        logger.warn('not all increments were folded before the end', { error });
      }
      await data.close();
    },
  };
}

function assemble(
  store: IncrementsStore,
  logger: Logger,
  metrics: Metrics,
): { acceptor: Acceptor; folder: Folder; loop: FoldLoop; letters: DeadLetters } {
  const name = randomBytes(9).toString('base64url');
  let changes = 0;
  const newVersion = (): string => `${name}.${++changes}`;
  const dead = metrics.counter(
    'increments_dead_letters_total',
    'Batches and keys of which something was set aside.',
  );
  const folder: Folder = new Folder({
    store,
    ownWriter: name,
    newLease: () => newVersion(),
    newVersion,
    onDead: (what) => {
      dead.add();
      logger.error('increments were set aside; see /v1/dead-letters', what);
    },
  });
  const loop = new FoldLoop({
    folder,
    onFailure: (error) => logger.warn('a pass of folding failed', { error }),
  });
  const acceptor = new Acceptor({
    append: (seq, at, body) => store.append(name, { seq, at, body }),
    onAppended: () => loop.appended(),
    accepted: metrics.counter('increments_accepted_total', 'Increments that were answered with 200.'),
    unknown: metrics.counter('increments_unknown_total', 'Increments whose outcome could not be known.'),
  });
  metrics.gauge('increments_waiting', 'Increments taken and not answered.', () => acceptor.pending);
  metrics.gauge(
    'increments_queues',
    'Queues that wait to be folded, as this replica knows.',
    () => loop.pending,
  );
  metrics.counterOf(
    'increments_batches_folded_total',
    'Batches folded into totals by this replica.',
    () => folder.batchesFolded,
  );
  return { acceptor, folder, loop, letters: new DeadLetters(store, newVersion, () => loop.appended()) };
}
