import { openTenantData } from '@leasehold/tenant-data';
import type { Metrics, Workload, WorkloadContext } from '@leasehold/tenant-kit';
import * as z from 'zod/mini';
import { Calculator } from './calculator.js';
import { BigtableLogStore } from './events/bigtable-log-store.js';
import { SharedEventLog } from './events/shared-event-log.js';
import { calcService } from './grpc/calc-service.js';
import { eventsService } from './grpc/events-service.js';
import { calcRoutes } from './http/calc-routes.js';
import { commandRoutes } from './http/command-routes.js';
import { eventRoutes } from './http/event-routes.js';
import { protoRoutes } from './http/proto-routes.js';

/** The platform has filled in the default and judged the value; this guards a pod that is started by hand. */
const parameters = z.looseObject({
  maxQueuedEvents: z._default(z.number().check(z.int(), z.minimum(0), z.maximum(1_000_000)), 20_000),
});

/** The calculator of one tenant, and its log in the shared Bigtable. @param protoFolder where the `.proto` files lie. */
export function createCalc(
  protoFolder: string,
  { config, rows, logger, metrics }: WorkloadContext,
): Workload {
  const data = openTenantData(rows);
  const log = new SharedEventLog({
    store: new BigtableLogStore(data, config.data.prefix),
    maxQueuedEvents: parameters.parse(config.parameters).maxQueuedEvents,
    onFailure: (error) => logger.warn('the log does not answer', { error }),
  });
  registerMetrics(metrics, log);
  log.start();
  const calculator = new Calculator((command, outcome) => log.record(command, outcome));
  return {
    routes: [
      ...calcRoutes(calculator),
      ...commandRoutes(log),
      ...eventRoutes(log),
      ...protoRoutes(protoFolder),
    ],
    grpc: { methods: { ...calcService(calculator), ...eventsService(log) } },
    ping: () => data.ping(),
    pending: () => log.pending(),
    close: async () => {
      await log.close();
      await data.close();
    },
  };
}

function registerMetrics(metrics: Metrics, log: SharedEventLog): void {
  const lost = 'Events of answered calls that found no room before the log, or no log.';
  metrics.counterOf('calc_events_lost_total', lost, () => log.lost);
  metrics.counterOf(
    'calc_events_written_total',
    'Events that this pod has written to the log.',
    () => log.written,
  );
  metrics.gauge('calc_events_pending', 'Events and commands not yet in the log or not yet executed.', () =>
    log.pending(),
  );
}
