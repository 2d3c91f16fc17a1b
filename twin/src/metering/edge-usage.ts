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
  /** Of bodies, as they passed the edge. */
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Seconds that pods were awake, added up over pods. */
  readonly podSeconds: number;
}

const usageRow = z
  .object({
    namespace: z.string(),
    hour: z.date(),
    requests: z.coerce.number(),
    errors: z.coerce.number(),
    request_bytes: z.coerce.number(),
    response_bytes: z.coerce.number(),
    pod_seconds: z.coerce.number(),
  })
  .transform(({ request_bytes, response_bytes, pod_seconds, ...usage }) => ({
    ...usage,
    requestBytes: request_bytes,
    responseBytes: response_bytes,
    podSeconds: pod_seconds,
  }));

/** The only way to `twin.edge_usage`. Hours are the database's. */
export class EdgeUsageRecords {
  constructor(
    private readonly pool: Pool,
    private readonly cell: string,
  ) {}

  async add(counts: readonly Omit<EdgeUsage, 'hour' | 'podSeconds'>[]): Promise<void> {
    await this.pool.query(
      `insert into twin.edge_usage as u (cell, namespace, hour, requests, errors, request_bytes, response_bytes)
       select $1, namespace, date_trunc('hour', now()), requests, errors, request_bytes, response_bytes
       from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
         as c (namespace, requests, errors, request_bytes, response_bytes)
       on conflict (cell, namespace, hour) do update
         set requests = u.requests + excluded.requests, errors = u.errors + excluded.errors,
           request_bytes = u.request_bytes + excluded.request_bytes,
           response_bytes = u.response_bytes + excluded.response_bytes`,
      [
        this.cell,
        counts.map((c) => c.namespace),
        counts.map((c) => c.requests),
        counts.map((c) => c.errors),
        counts.map((c) => c.requestBytes),
        counts.map((c) => c.responseBytes),
      ],
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

  /** The time by which hours are counted: what is written later counts to a later moment. */
  async now(): Promise<Date> {
    const { rows } = await this.pool.query('select clock_timestamp() as now');
    return z.tuple([z.object({ now: z.date() })]).parse(rows)[0].now;
  }

  async since(from: Date): Promise<EdgeUsage[]> {
    const { rows } = await this.pool.query(
      `select namespace, hour, requests, errors, request_bytes, response_bytes, pod_seconds from twin.edge_usage
       where cell = $1 and hour >= date_trunc('hour', $2::timestamptz) order by hour, namespace`,
      [this.cell, from],
    );
    return usageRow.array().parse(rows);
  }
}
