import type { Pool } from 'pg';
import { z } from 'zod';

/** What the clients of one namespace asked at the edge in one hour, and how long its pods ran. */
export interface EdgeUsage {
  readonly namespace: string;
  /** The first moment of the hour. */
  readonly hour: Date;
  readonly requests: number;
  /** Of them, answered with 500 or above. */
  readonly errors: number;
  /** Seconds that pods were awake, added up over pods. */
  readonly podSeconds: number;
}

const usageRow = z
  .object({
    namespace: z.string(),
    hour: z.date(),
    requests: z.coerce.number(),
    errors: z.coerce.number(),
    pod_seconds: z.coerce.number(),
  })
  .transform(({ pod_seconds: podSeconds, ...usage }) => ({ ...usage, podSeconds }));

/** The only way to `twin.edge_usage`. Hours are the database's. */
export class EdgeUsageRecords {
  constructor(
    private readonly pool: Pool,
    private readonly cell: string,
  ) {}

  async add(counts: readonly { namespace: string; requests: number; errors: number }[]): Promise<void> {
    await this.pool.query(
      `insert into twin.edge_usage as u (cell, namespace, hour, requests, errors)
       select $1, namespace, date_trunc('hour', now()), requests, errors
       from unnest($2::text[], $3::bigint[], $4::bigint[]) as c (namespace, requests, errors)
       on conflict (cell, namespace, hour) do update
         set requests = u.requests + excluded.requests, errors = u.errors + excluded.errors`,
      [this.cell, counts.map((c) => c.namespace), counts.map((c) => c.requests), counts.map((c) => c.errors)],
    );
  }

  /** Each pod that is awake now has run for so long. */
  async addPodSeconds(seconds: number): Promise<void> {
    await this.pool.query(
      `insert into twin.edge_usage as u (cell, namespace, hour, pod_seconds)
       select cell, namespace, date_trunc('hour', now()), count(*) * $2::float8 from twin.pods
       where cell = $1 and phase = 'Running' group by cell, namespace
       on conflict (cell, namespace, hour) do update set pod_seconds = u.pod_seconds + excluded.pod_seconds`,
      [this.cell, seconds],
    );
  }

  async since(from: Date): Promise<EdgeUsage[]> {
    const { rows } = await this.pool.query(
      `select namespace, hour, requests, errors, pod_seconds from twin.edge_usage
       where cell = $1 and hour >= date_trunc('hour', $2::timestamptz) order by hour, namespace`,
      [this.cell, from],
    );
    return usageRow.array().parse(rows);
  }
}
