import type { Pool } from 'pg';
import { z } from 'zod';

export const podPhases = ['Pending', 'Running', 'Asleep', 'CrashLoopBackOff', 'Stopping'] as const;
export type PodPhase = (typeof podPhases)[number];

const podRow = z
  .object({
    name: z.string(),
    cell: z.string(),
    namespace: z.string(),
    deployment: z.string(),
    uid: z.string(),
    phase: z.enum(podPhases),
    ready: z.boolean(),
    pid: z.number().nullable(),
    pid_started: z.string().nullable(),
    port: z.number().nullable(),
    restarts: z.number(),
    image: z.string(),
    spec_hash: z.string(),
    message: z.string(),
  })
  .transform(({ pid_started, spec_hash, ...row }) => ({
    ...row,
    pidStarted: pid_started,
    specHash: spec_hash,
  }));

/** A pod as it is written down: what a later twin needs to take over, and what people are shown. */
export type PodRecord = z.infer<typeof podRow>;

/** The only way to `twin.pods`. */
export class PodRecords {
  constructor(private readonly pool: Pool) {}

  async save(pod: PodRecord): Promise<void> {
    await this.pool.query(
      `insert into twin.pods as p (name, cell, namespace, deployment, uid, phase, ready, pid, pid_started, port, restarts,
         image, spec_hash, message)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
       on conflict (name) do update set
         phase = excluded.phase, ready = excluded.ready, pid = excluded.pid, pid_started = excluded.pid_started,
         port = excluded.port, restarts = excluded.restarts, message = excluded.message, updated_at = now(),
         started_at = case when excluded.pid is distinct from p.pid then now() else p.started_at end`,
      [
        pod.name,
        pod.cell,
        pod.namespace,
        pod.deployment,
        pod.uid,
        pod.phase,
        pod.ready,
        pod.pid,
        pod.pidStarted,
        pod.port,
        pod.restarts,
        pod.image,
        pod.specHash,
        pod.message,
      ],
    );
  }

  async remove(name: string): Promise<void> {
    await this.pool.query('delete from twin.pods where name = $1', [name]);
  }

  /** The pods of a cell, by namespace and name. */
  async list(cell: string): Promise<PodRecord[]> {
    const { rows } = await this.pool.query(
      `select name, cell, namespace, deployment, uid, phase, ready, pid, pid_started, port, restarts, image, spec_hash,
         message
       from twin.pods where cell = $1 order by namespace, started_at, name`,
      [cell],
    );
    return rows.map((row) => podRow.parse(row));
  }
}
