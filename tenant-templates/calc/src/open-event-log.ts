import type { TenantData } from '@leasehold/tenant-data';
import type { Logger, Metrics, PodConfig } from '@leasehold/tenant-kit';
import * as z from 'zod/mini';
import { BigtableLogStore } from './events/bigtable-log-store.js';
import type { EventLog } from './events/event-log.js';
import { SharedEventLog } from './events/shared-event-log.js';
import { LogPublisher } from './pubsub/log-publisher.js';
import { PublicationStore } from './pubsub/publication.js';
import { PublishedEventLog } from './pubsub/published-event-log.js';
import { pubsubNames } from './pubsub/pubsub-names.js';

const dayMs = 24 * 60 * 60_000;
const count = z.number().check(z.int(), z.minimum(0));

/** The platform has filled in the default and judged the values; this guards a pod that is started by hand. */
const parameters = z.looseObject({
  maxQueuedEvents: z._default(count.check(z.maximum(1_000_000)), 20_000),
  eventsKept: z.optional(count),
  eventsKeptDays: z.optional(count),
});

/** The tenant's event log in the shared Bigtable, with its topics in Pub/Sub where it has any; not started. */
export function openEventLog(
  data: TenantData,
  { parameters: given, data: { prefix }, tenant }: PodConfig,
  logger: Logger,
  metrics: Metrics,
): EventLog {
  const { maxQueuedEvents, eventsKept, eventsKeptDays } = parameters.parse(given);
  const names = pubsubNames(given);
  const publication = new PublicationStore(data, prefix);
  const log = new SharedEventLog({
    store: new BigtableLogStore(data, prefix),
    maxQueuedEvents,
    retention: {
      events: eventsKept,
      ms: eventsKeptDays === undefined ? undefined : eventsKeptDays * dayMs,
    },
    publishedThrough: names && (async () => (await publication.read())?.through ?? 0),
    onFailure: (error) => logger.warn('the log does not answer', { error }),
  });
  registerLog(metrics, log);
  if (names === undefined) return log;
  const publisher = new LogPublisher({
    log,
    store: publication,
    openTopics: async () => {
      const { GoogleTopics } = await import('./pubsub/google-topics.js');
      return new GoogleTopics(names, tenant.id);
    },
    onFailure: (error) => logger.warn('events are not published', { error }),
  });
  registerPublisher(metrics, publisher);
  return new PublishedEventLog(log, publisher);
}

function registerLog(metrics: Metrics, log: SharedEventLog): void {
  const lost = 'Events of answered calls that found no room before the log, or no log.';
  metrics.counterOf('calc_events_lost_total', lost, () => log.lost);
  const written = 'Events that this pod has written to the log.';
  metrics.counterOf('calc_events_written_total', written, () => log.written);
  const trimmed = 'Events that this pod has removed from the log, since they need not be kept.';
  metrics.counterOf('calc_events_trimmed_total', trimmed, () => log.trimmed);
  const pending = 'Events and commands not yet in the log or not yet executed.';
  metrics.gauge('calc_events_pending', pending, () => log.pending());
}

function registerPublisher(metrics: Metrics, publisher: LogPublisher): void {
  const published = 'Events that this pod has told Pub/Sub.';
  metrics.counterOf('calc_pubsub_published_total', published, () => publisher.published);
  const failures = 'Turns of publishing that failed; each is repeated.';
  metrics.counterOf('calc_pubsub_failures_total', failures, () => publisher.failures);
  const skipped = 'Events that were trimmed before they were published, when the tenant had no topics yet.';
  metrics.counterOf('calc_pubsub_skipped_total', skipped, () => publisher.skipped);
  const waiting = 'Events in the log that this pod is to publish and has not.';
  metrics.gauge('calc_pubsub_unpublished', waiting, () => publisher.waiting);
}
