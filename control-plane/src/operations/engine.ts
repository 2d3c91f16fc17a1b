import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import type { Outbox } from '../events/outbox.js';
import { systemContext } from '../platform/request-context.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { CheckpointsRepository } from './checkpoints.repository.js';
import { LeaseKeeper } from './lease-keeper.js';
import { Ledger } from './ledger.js';
import { LeasesRepository, type LeaseTerms } from './leases.repository.js';
import { OperationQueue } from './operation-queue.js';
import { OperationsRepository } from './operations.repository.js';
import { OperationsService } from './operations.service.js';
import { OperationsWorker } from './operations.worker.js';
import { OperationsReconciler } from './reconciler.js';
import type { RunObserver } from './run-observer.js';
import type { SagaRegistry } from './saga.js';
import { SagaRunner } from './saga-runner.js';
import { StepRunner, type StepTerms } from './step-runner.js';
import { WorkerSession } from './worker-session.js';

export interface EngineTerms {
  readonly lease: LeaseTerms;
  readonly step: StepTerms;
  readonly reconcileMs: number;
  /** Workers that an operation may lose before it fails: it may be what kills them. */
  readonly mostTakes: number;
  /** Operations at a time; their steps mostly wait, what they compute is bounded by the pool of runners. */
  readonly concurrency: number;
}

export const engineTerms: EngineTerms = {
  lease: { ttlMs: 10_000, silenceMs: 3_000 },
  step: {
    maxAttempts: 5,
    timeoutMs: 10 * 60_000,
    graceMs: 10_000,
    progressMs: 150,
    backoff: { firstMs: 200, longestMs: 10_000 },
  },
  reconcileMs: 2_000,
  mostTakes: 20,
  concurrency: 2 * availableParallelism(),
};

export interface EngineGround {
  readonly uow: UnitOfWork;
  /** Connection string of the role `leasehold_platform`. */
  readonly url: string;
  readonly sagas: SagaRegistry;
  readonly outbox: Outbox;
  readonly log: Logger;
  readonly observer?: RunObserver;
  readonly terms?: Partial<EngineTerms>;
}

/** The engine's two halves: `service` for callers, `worker` where operations are run. */
export interface Engine {
  readonly queue: OperationQueue;
  readonly service: OperationsService;
  readonly worker: OperationsWorker;
  readonly reconciler: OperationsReconciler;
  readonly runner: SagaRunner;
  /** Name of the worker in the leases. */
  readonly holder: string;
}

/**
 * Puts the engine of operations together. Nothing is started: `queue.start()` is needed to start operations,
 * `worker.start()` after it to run them.
 */
export function buildEngine(ground: EngineGround, role: { readonly works: boolean }): Engine {
  const { uow, url, sagas, outbox, log } = ground;
  const terms = { ...engineTerms, ...ground.terms };
  const queue = new OperationQueue(url, log, { supervise: role.works });
  const operations = new OperationsRepository();
  const session = new WorkerSession(url, log, (operationId) => {
    keeper.interrupt(operationId, 'cancelled');
  });
  const keeper = new LeaseKeeper(session, terms.lease, log);
  const leases = new LeasesRepository(terms.lease);
  const ledger = new Ledger(
    uow,
    operations,
    leases,
    new CheckpointsRepository(),
    queue,
    outbox,
    session.holder,
  );
  const runner = new SagaRunner(
    ledger,
    operations,
    sagas,
    keeper,
    new StepRunner(ledger, terms.step),
    terms.mostTakes,
    log,
    ground.observer,
  );
  const ctx = systemContext('operations', log);
  const reconciler = new OperationsReconciler(uow, queue, terms.lease, terms.reconcileMs, ctx, log);
  const worker = new OperationsWorker({ session, keeper, queue, runner, reconciler, log }, terms.concurrency);
  return {
    queue,
    service: new OperationsService(uow, operations, sagas, queue, outbox, ground.observer),
    worker,
    reconciler,
    runner,
    holder: session.holder,
  };
}
