import { Gauge, type Registry } from 'prom-client';

/** How a pool of connections is used at this moment. */
export interface PoolUse {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
}

/** The pools of database connections of this process, looked at when somebody scrapes. */
export class PoolMetrics {
  readonly #pools = new Map<string, () => PoolUse | undefined>();

  constructor(registry: Registry) {
    const pools = this.#pools;
    new Gauge({
      name: 'leasehold_database_connections',
      help: 'Connections of the pools, by database role and use; "waiting" are callers without one.',
      labelNames: ['pool', 'use'] as const,
      registers: [registry],
      collect() {
        for (const [pool, look] of pools)
          for (const [use, count] of Object.entries(look() ?? {})) this.set({ pool, use }, Number(count));
      },
    });
  }

  watch(pool: string, look: () => PoolUse | undefined): void {
    this.#pools.set(pool, look);
  }
}
