import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { z } from 'zod';
import type { Databases } from '../platform/database.js';
import { Readiness } from '../platform/readiness.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { DATABASES } from '../platform/tokens.js';

const counts = z.array(z.object({ kind: z.string(), state: z.string(), count: z.coerce.number() }));
const poolShape = z.object({ totalCount: z.number(), idleCount: z.number(), waitingCount: z.number() });

/** The database's and the cells' part in readiness, and what is measured of the database at each scrape. */
@Injectable()
export class DatabaseHealth implements OnModuleInit {
  constructor(
    @Inject(DATABASES) private readonly databases: Databases,
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const { app, platform } = this.databases;
    this.readiness.register('database', async () => {
      await Promise.all([app.query('select 1'), platform.query('select 1')]);
      return undefined;
    });
    this.readiness.register('cell', async () => {
      const ready: unknown[] = await platform.query(
        `select 1 from leasehold.cells where state = 'ready' limit 1`,
      );
      return ready.length > 0 ? undefined : 'no cell is ready yet';
    });
    this.#measureOperations();
    this.#measurePools();
  }

  #measureOperations(): void {
    const { platform } = this.databases;
    new Gauge({
      name: 'leasehold_operations',
      help: 'Operations by kind and state.',
      labelNames: ['kind', 'state'],
      registers: [this.metrics.registry],
      async collect() {
        const found = counts.parse(
          await platform.query('select kind, state, count(*) from leasehold.operations group by kind, state'),
        );
        this.reset();
        for (const { kind, state, count } of found) this.set({ kind, state }, count);
      },
    });
  }

  #measurePools(): void {
    const pools = Object.entries({ app: this.databases.app, platform: this.databases.platform });
    new Gauge({
      name: 'leasehold_database_connections',
      help: 'Connections of the pools, by database role and use; "waiting" are callers without one.',
      labelNames: ['pool', 'use'],
      registers: [this.metrics.registry],
      collect() {
        for (const [pool, source] of pools) {
          const driver = z.object({ master: poolShape }).safeParse(source.driver);
          if (!driver.success) continue;
          const { totalCount, idleCount, waitingCount } = driver.data.master;
          this.set({ pool, use: 'busy' }, totalCount - idleCount);
          this.set({ pool, use: 'idle' }, idleCount);
          this.set({ pool, use: 'waiting' }, waitingCount);
        }
      },
    });
  }
}
