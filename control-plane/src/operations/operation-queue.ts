import { PgBoss, type ConnectionOptions } from 'pg-boss';
import type { Logger } from 'pino';
import { z } from 'zod';
import { rows, type Tx } from '../platform/unit-of-work.js';

export const queueName = 'operations';

const job = z.object({ operationId: z.string() });

/**
 * pg-boss carries one thing: "look at this operation". One key a subject (`key_strict_fifo`: a job waits while an older one
 * of its key is active, retried or failed). What is true is in the ledger, so a lost, doubled or late job does no harm.
 */
export class OperationQueue {
  private readonly boss: PgBoss;
  private workers: string[] = [];

  constructor(url: string, log: Logger, options: { readonly supervise: boolean }) {
    this.boss = new PgBoss({
      connectionString: url,
      application_name: 'leasehold queue',
      schema: 'pgboss',
      max: 4,
      // The schema comes from the migrations, under a role that this program does not have.
      migrate: false,
      createSchema: false,
      schedule: false,
      supervise: options.supervise,
      useListenNotify: options.supervise,
    });
    this.boss.on('error', (error) => {
      log.warn({ err: error }, 'the job queue reports an error');
    });
    this.boss.on('warning', (warning) => {
      log.info({ warning }, 'the job queue reports a warning');
    });
  }

  async start(): Promise<void> {
    await this.boss.start();
    const options = {
      // An operation has no longest time of its own; this only bounds a job whose worker pg-boss never misses.
      expireInSeconds: 23 * 3600,
      heartbeatSeconds: 10,
      // A job that a lost worker had goes back to its key instead of failing and blocking it.
      retryLimit: 1000,
      retryDelay: 0,
      deleteAfterSeconds: 24 * 3600,
      notify: true,
    };
    await this.boss.createQueue(queueName, { policy: 'key_strict_fifo', ...options });
    await this.boss.updateQueue(queueName, options);
  }

  /** @throws when the queue cannot be reached. */
  async check(): Promise<void> {
    await this.boss.getQueue(queueName);
  }

  async stop(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: 10_000 });
  }

  /** Sends a job with the caller's transaction: it is there when that commits, and wakes a worker then. */
  async send(tx: Tx, operationId: string, subject: string): Promise<void> {
    await this.boss.send(queueName, { operationId }, { singletonKey: subject, db: inside(tx) });
  }

  /** Takes away whatever job a subject has, also one that a dead worker still holds, and sends a fresh one. */
  async replace(tx: Tx, operationId: string, subject: string): Promise<void> {
    const db = inside(tx);
    for (const { id, state } of await this.boss.findJobs(queueName, { key: subject, db })) {
      if (state === 'active') await this.boss.complete(queueName, id, { lost: true }, { db });
      else if (state === 'failed' || state === 'retry' || state === 'created')
        await this.boss.deleteJob(queueName, id, { db });
    }
    await this.send(tx, operationId, subject);
  }

  /** Starts as many consumers; each takes one job at a time and asks for the next as soon as it is done. */
  async work(consumers: number, handler: (operationId: string) => Promise<void>): Promise<void> {
    for (let i = 0; i < consumers; i++) {
      const id = await this.boss.work(
        queueName,
        { pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 5 },
        async ([taken]) => {
          try {
            await handler(job.parse(taken?.data).operationId);
          } finally {
            // A key's next job was announced while this one still held the key: look again at once.
            this.boss.notifyWorker(id);
          }
        },
      );
      this.workers.push(id);
    }
  }

  /** Takes no more jobs; resolves when those in hand are done. */
  async offWork(): Promise<void> {
    this.workers = [];
    await this.boss.offWork(queueName, { wait: true });
  }
}

/** pg-boss's way to write inside a transaction that somebody else has opened. */
function inside(tx: Tx): NonNullable<ConnectionOptions['db']> {
  return { executeSql: async (sql, values = []) => ({ rows: await rows(tx, sql, values) }) };
}
