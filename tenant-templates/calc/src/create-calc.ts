import { openTenantData } from '@leasehold/tenant-data';
import type { Workload, WorkloadContext } from '@leasehold/tenant-kit';
import { Calculator } from './calculator.js';
import { calcService } from './grpc/calc-service.js';
import { eventsService } from './grpc/events-service.js';
import { calcRoutes } from './http/calc-routes.js';
import { commandRoutes } from './http/command-routes.js';
import { eventRoutes } from './http/event-routes.js';
import { protoRoutes } from './http/proto-routes.js';
import { openEventLog } from './open-event-log.js';

/** The calculator of one tenant, and its log in the shared Bigtable. @param protoFolder where the `.proto` files lie. */
export function createCalc(
  protoFolder: string,
  { config, rows, logger, metrics }: WorkloadContext,
): Workload {
  const data = openTenantData(rows);
  const log = openEventLog(data, config, logger, metrics);
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
