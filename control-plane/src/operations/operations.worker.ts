import type { Logger } from 'pino';
import type { LeaseKeeper } from './lease-keeper.js';
import type { OperationQueue } from './operation-queue.js';
import type { OperationsReconciler } from './reconciler.js';
import type { SagaRunner } from './saga-runner.js';
import type { WorkerSession } from './worker-session.js';

interface Parts {
  readonly session: WorkerSession;
  readonly keeper: LeaseKeeper;
  readonly queue: OperationQueue;
  readonly runner: SagaRunner;
  readonly reconciler: OperationsReconciler;
  readonly log: Logger;
}

/** The worker's loop: jobs from the queue, at most `concurrency` operations at a time. */
export class OperationsWorker {
  constructor(
    private readonly parts: Parts,
    private readonly concurrency: number,
  ) {}

  /** Starts the consumers; the queue itself is started by its owner before. */
  async start(): Promise<void> {
    const { session, keeper, queue, runner, reconciler, log } = this.parts;
    await session.start();
    keeper.start();
    await queue.work(this.concurrency, async (operationId) => {
      try {
        const end = await runner.run(operationId);
        if (end !== 'done') log.info({ operationId, end }, 'job closed without work');
      } catch (error) {
        // The job is closed all the same: a failed one would block its key. The reconciler sends the operation again.
        log.error({ err: error, operationId }, 'a worker could not take an operation');
      }
    });
    await reconciler.start();
  }

  /** Hands running operations on to other workers, or to the next start. */
  async stop(): Promise<void> {
    const { session, keeper, queue, reconciler } = this.parts;
    await reconciler.stop();
    const idle = queue.offWork();
    keeper.interruptAll();
    await idle;
    keeper.stop();
    await session.stop();
  }
}
