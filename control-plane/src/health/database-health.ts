import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import type { Databases } from '../platform/database.js';
import { Readiness } from '../platform/readiness.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import type { PoolUse } from '../platform/telemetry/pool-metrics.js';
import { DATABASES } from '../platform/tokens.js';

const poolShape = z.object({ totalCount: z.number(), idleCount: z.number(), waitingCount: z.number() });

/** The database's and the cells' part in readiness, and the use of the pools of connections. */
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
    for (const [pool, source] of Object.entries({ app, platform })) {
      this.metrics.pools.watch(pool, () => useOf(source.driver));
    }
  }
}

/** TypeORM's driver of Postgres holds the pool of `pg` as `master`. */
function useOf(driver: unknown): PoolUse | undefined {
  const pool = z.object({ master: poolShape }).safeParse(driver).data?.master;
  return pool && { busy: pool.totalCount - pool.idleCount, idle: pool.idleCount, waiting: pool.waitingCount };
}
