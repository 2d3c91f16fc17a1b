import type { Metrics } from '@leasehold/tenant-kit';
import type { CachingGeocoder } from './geocoding/caching-geocoder.js';
import type { Ledger } from './ledger/ledger.js';
import type { Compensations } from './memes/compensations.js';

export interface MetricSources {
  readonly ledger: Pick<Ledger, 'waiting' | 'oldestMs' | 'counts'>;
  readonly compensations: Pick<Compensations, 'pending' | 'deadLetters'>;
  readonly geocoder: Pick<CachingGeocoder, 'hits' | 'misses'>;
  readonly settlementFailures: () => number;
}

/** Registers what the alerts of `deploy/workloads/memes-alerts.yaml` look at. @returns what is to be told of each answer's status. */
export function registerMetrics(metrics: Metrics, sources: MetricSources): (status: number) => void {
  const { ledger, compensations, geocoder, settlementFailures } = sources;
  const help = 'Calls of GET /memes by what became of them.';
  const made = metrics.counter('memes_calls_total', help, { result: 'made' });
  const refused = metrics.counter('memes_calls_total', help, { result: 'refused' });
  const failed = metrics.counter('memes_calls_total', help, { result: 'failed' });
  metrics.gauge(
    'memes_ledger_waiting',
    'Commands that wait for a write of the ledger.',
    () => ledger.waiting,
  );
  metrics.gauge(
    'memes_ledger_queue_age_seconds',
    'How long the first waiting command has waited.',
    () => ledger.oldestMs / 1000,
  );
  metrics.counterOf(
    'memes_ledger_commits_total',
    'Writes of the ledger; each holds all commands that waited for it.',
    () => ledger.counts.commits,
  );
  metrics.counterOf(
    'memes_ledger_conflicts_total',
    'Writes that were decided again because another replica was faster.',
    () => ledger.counts.conflicts,
  );
  metrics.counterOf(
    'memes_ledger_settlement_failures_total',
    'Settlements of a journal that failed and are tried again.',
    settlementFailures,
  );
  metrics.gauge(
    'memes_compensations_pending',
    'Releases and refunds that are not written yet.',
    () => compensations.pending,
  );
  metrics.counterOf(
    'memes_dead_letters_total',
    'Releases and refunds that were given up.',
    () => compensations.deadLetters,
  );
  metrics.counterOf('memes_geocoder_hits_total', 'Places found in the cache.', () => geocoder.hits);
  metrics.counterOf('memes_geocoder_misses_total', 'Places that were asked for.', () => geocoder.misses);
  return (status) => (status >= 500 ? failed : status >= 400 ? refused : made).add();
}
