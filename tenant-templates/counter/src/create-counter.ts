import { openTenantData } from '@leasehold/tenant-data';
import type { Metrics, Workload, WorkloadContext } from '@leasehold/tenant-kit';
import * as z from 'zod/mini';
import { BigtableNumberStore } from './bigtable-number-store.js';
import { counterRoutes } from './counter-routes.js';
import { NumberSource } from './number-source.js';

/** The platform has filled in the default and judged the value; this guards a pod that is started by hand. */
const parameters = z.looseObject({
  maxBlockSize: z._default(z.number().check(z.int(), z.minimum(1), z.maximum(100_000)), 10_000),
});

/** How long a request waits for the data gateway before it is refused. */
const deadlineMs = 5_000;

/** The counter of one tenant, over its row in the shared Bigtable. */
export function createCounter({ config, rows, logger, metrics }: WorkloadContext): Workload {
  const data = openTenantData({ ...rows, deadlineMs });
  const numbers = new NumberSource({
    store: new BigtableNumberStore(data, config.data.prefix),
    maxBlockSize: parameters.parse(config.parameters).maxBlockSize,
    onFailure: (error) => logger.warn('numbers could not be reserved', { error }),
  });
  registerMetrics(metrics, numbers);
  return { routes: counterRoutes(numbers), ping: () => data.ping(), close: () => numbers.close() };
}

function registerMetrics(metrics: Metrics, numbers: NumberSource): void {
  metrics.counterOf(
    'counter_numbers_reserved_total',
    'Numbers reserved by this pod.',
    () => numbers.reserved,
  );
  metrics.gauge('counter_numbers_left', 'Numbers reserved and not handed out.', () => numbers.left);
}
