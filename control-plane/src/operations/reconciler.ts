import type { Logger } from 'pino';
import type { Ctx } from '../platform/request-context.js';
import { rows, type UnitOfWork } from '../platform/unit-of-work.js';
import { liveStates } from './operation.js';
import { queueName, type OperationQueue } from './operation-queue.js';
import type { LeaseTerms } from './leases.repository.js';

/**
 * Finds operations that live and that nobody works on, and sends them a fresh job: their worker was killed, their job was
 * lost, or their key is blocked by a job that failed or that a dead worker still holds. It needs nothing but the database,
 * and doing it once too often is harmless, since a second worker does not get the lease.
 */
export class OperationsReconciler {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly queue: Pick<OperationQueue, 'replace'>,
    private readonly terms: LeaseTerms,
    private readonly intervalMs: number,
    private readonly ctx: Ctx,
    private readonly log: Logger,
  ) {}

  /** Once at once, then every interval. */
  async start(): Promise<void> {
    await this.reconcile();
    this.timer = setInterval(() => {
      this.running = this.running.then(() => this.round());
    }, this.intervalMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One round. Answers the operations that were sent a fresh job. */
  async reconcile(): Promise<string[]> {
    const left = await this.leftAlone();
    for (const { id, subject } of left) {
      await this.uow.run(this.ctx, (tx) => this.queue.replace(tx, id, subject));
      this.log.info({ operationId: id, subject }, 'an operation that nobody worked on was sent to a worker');
    }
    return left.map(({ id }) => id);
  }

  private async round(): Promise<void> {
    try {
      await this.reconcile();
    } catch (error) {
      this.log.warn({ err: error }, 'the reconciler of operations could not finish its round');
    }
  }

  private leftAlone(): Promise<{ id: string; subject: string }[]> {
    const { ttlMs, silenceMs } = this.terms;
    return this.uow.run(this.ctx, (tx) => rows(tx, leftAloneSql, [liveStates, ttlMs, silenceMs, queueName]));
  }
}

/**
 * A job counts while it waits behind nothing that is dead: an active one is given the silence of a dead worker to take its
 * lease, a failed one blocks its key for ever. Operations that wait for an approval wait for a person.
 */
const leftAloneSql = `
  select o.id, o.subject from leasehold.operations o
  left join leasehold.leases l on l.subject = o.subject
  where o.state = any ($1) and o.state <> 'waiting_approval' and o.kind <> 'preview'
    and (l.subject is null or leasehold.lease_is_free(l, $2, $3))
    and (
      not exists (
        select 1 from pgboss.job j where j.name = $4 and j.singleton_key = o.subject and j.state in ('created', 'retry', 'active'))
      or exists (
        select 1 from pgboss.job j where j.name = $4 and j.singleton_key = o.subject
          and (j.state = 'failed'
            or (j.state = 'active' and j.started_on < clock_timestamp() - $3::double precision * interval '1 millisecond'))))
  order by o.created_at`;
