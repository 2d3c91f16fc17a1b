import { randomBytes, randomUUID } from 'node:crypto';
import { openTenantData } from '@leasehold/tenant-data';
import type { Workload, WorkloadContext } from '@leasehold/tenant-kit';
import manifest from '../template.json' with { type: 'json' };
import { geocoderOf, offersOf } from './choices.js';
import { LeaseStore } from './ledger/lease-store.js';
import { Ledger } from './ledger/ledger.js';
import { LedgerKeys } from './ledger/ledger-keys.js';
import { LedgerStore } from './ledger/ledger-store.js';
import { sweepHolds } from './ledger/sweep-holds.js';
import { sweepRequests } from './ledger/sweep-requests.js';
import { registerMetrics } from './memes-metrics.js';
import { Compensations, undoing } from './memes/compensations.js';
import { memeRoutes } from './memes/meme-routes.js';
import { MemeService } from './memes/meme-service.js';
import { parseParameters } from './parameters.js';
import { forwardRoute } from './peers/forward-route.js';
import { HttpPeers } from './peers/http-peers.js';
import { DailyQuota } from './quota/daily-quota.js';
import { slaRoutes } from './sla/sla-routes.js';
import { SlaWindow } from './sla/sla-window.js';
import { tokenRoutes } from './tokens/token-routes.js';

/** How long one call to the data gateway may take, and how long a charge may, with its repetitions. */
const callDeadlineMs = 5_000;
const chargeDeadlineMs = 8_000;
/** Beside what the generator and the geocoder may take: how long tokens stay held for a call whose pod has gone. */
const holdMarginMs = 30_000;

/** The memes of one tenant, over its rows in the shared Bigtable. */
export function createMemes({ config, rows, logger, metrics }: WorkloadContext): Workload {
  const parameters = parseParameters(config.parameters);
  const { prefix } = config.data;
  const now = Date.now;
  const data = openTenantData({ ...rows, deadlineMs: callDeadlineMs });
  let settlementFailures = 0;
  const keys = new LedgerKeys(prefix);
  const store = new LedgerStore(data, keys);
  const ledger = new Ledger({
    store,
    openingTokens: parameters.openingTokens,
    deadlineMs: chargeDeadlineMs,
    now,
    onLateCommit: (commands) => undoing(commands, randomUUID).forEach((each) => compensations.add(each)),
    onSettlementFailure: (error) => {
      settlementFailures += 1;
      logger.warn('the journal could not be settled; it is tried again', { error });
    },
  });
  const compensations: Compensations = new Compensations({
    ledger,
    onDeadLetter: ({ type, account }, error) =>
      logger.error('tokens could not be given back; a person must look at it', { type, account, error }),
  });
  const geocoder = geocoderOf(parameters);
  const holdMs = parameters.aiTimeoutMs + parameters.geocoderTimeoutMs + holdMarginMs;
  const { memesPerDay: perDay } = parameters;
  const quota = perDay === undefined ? undefined : new DailyQuota({ data, prefix, perDay, now });
  const service = new MemeService({ ledger, compensations, geocoder, quota, holdMs, now, logger });
  const window = new SlaWindow(() => performance.now());
  const observed = registerMetrics(metrics, {
    ledger,
    compensations,
    geocoder,
    settlementFailures: () => settlementFailures,
  });
  const peers = new HttpPeers();
  const secret = randomBytes(16).toString('base64url');
  const sweeps = [sweepRequests(store, { now, logger }), sweepHolds(ledger, logger)];
  return {
    routes: [
      ...memeRoutes({
        service,
        offers: offersOf(parameters, config.secretsDir),
        observe: (status, ms) => {
          window.record(status, ms);
          observed(status);
        },
      }),
      ...tokenRoutes(ledger),
      forwardRoute(ledger, secret),
      ...slaRoutes({
        window,
        availabilityTarget: manifest.slo.availability,
        podName: config.podName,
        ledger,
        compensations,
      }),
    ],
    listening: (address) =>
      ledger.join({
        holder: { holder: randomUUID(), address, secret },
        leases: new LeaseStore(data, keys),
        peers,
        onLeaseFailure: (error) =>
          logger.warn('the lease of a shard could not be read or written; it is tried again', { error }),
      }),
    ping: () => data.ping(),
    pending: () => compensations.pending + ledger.inDoubt,
    close: async () => {
      sweeps.forEach((stop) => stop());
      await compensations.close();
      await ledger.leave();
      peers.close();
      await data.close();
    },
  };
}
