import type { Outbox } from '../events/outbox.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx, UnitOfWork } from '../platform/unit-of-work.js';
import {
  StateMovedError,
  type Checkpoint,
  type Checkpointed,
  type CheckpointsRepository,
} from './checkpoints.repository.js';
import type { LeasesRepository } from './leases.repository.js';
import { isLive } from './operation.js';
import { checkpointEvents, progressEvent } from './operation-events.js';
import { nextOperationState } from './operation-states.js';
import type { OperationQueue } from './operation-queue.js';
import type { OperationRow, OperationsRepository, StepRow } from './operations.repository.js';
import type { Lease } from './saga.js';
import type { ProgressReport } from './step-progress.js';

/** A caller's cancel or rollback may come in between so many times before a checkpoint gives up. */
const mostDecisions = 5;

/** An operation that this worker may now work on. */
export interface Taken {
  readonly lease: Lease;
  /** `performance.now()` before the lease was asked for. */
  readonly takenAt: number;
  readonly operation: OperationRow;
  readonly steps: readonly StepRow[];
  /** How many workers have taken it since a caller last asked for something. */
  readonly takes: number;
  /** Position of the step that was begun for the first time. */
  readonly begun: number | undefined;
}

/** Why an operation was not taken: it has ended, somebody holds its subject, or nobody knows it. */
export type NotTaken = 'ended' | 'held' | 'unknown';

/** Decides the checkpoint inside its transaction, and may write rows of the domain there: the lease is proved before. */
export type Prepare = (tx: Tx) => Promise<Checkpoint>;

export interface CheckpointParts {
  /** The operation goes on with another worker: the lease goes back and a job is sent in the same transaction. */
  readonly resend?: boolean;
  /** What the step said last and no report has told yet. */
  readonly unreported?: ProgressReport | undefined;
}

/** The worker's side of the ledger: each call is one transaction, fenced by the lease, with its events. */
export class Ledger {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly operations: OperationsRepository,
    private readonly leases: LeasesRepository,
    private readonly checkpoints: CheckpointsRepository,
    private readonly queue: Pick<OperationQueue, 'send'>,
    private readonly outbox: Outbox,
    private readonly holder: string,
  ) {}

  /** Takes the subject's lease under a new epoch and begins the first step that is not done. */
  async take(ctx: Ctx, operationId: string): Promise<Taken | NotTaken> {
    const takenAt = performance.now();
    return this.decided(ctx, async (tx) => {
      const seen = await this.operations.find(tx, operationId);
      if (!seen) return 'unknown';
      if (!isLive(seen.state)) return 'ended';
      const lease = await this.leases.acquire(tx, seen.subject, this.holder, operationId);
      if (!lease) return 'held';
      const operation = await this.operations.find(tx, operationId);
      const state =
        operation && nextOperationState(operation.state, 'take', operation.rollback_requested_at !== null);
      if (!operation || !state) {
        await this.leases.release(tx, lease);
        return 'ended';
      }
      const takes = await this.operations.countTake(tx, operationId, 1);
      const before = await this.operations.steps(tx, [operationId]);
      const first = state === 'running' ? before.find((step) => step.state !== 'succeeded') : undefined;
      const written = await this.checkpoints.write(tx, lease, operationId, {
        operation: { from: operation.state, to: state },
        steps: first ? [{ position: first.position, event: 'begin' }] : [],
      });
      await this.outbox.add(tx, ...checkpointEvents(operationId, written, { stateChanged: true }));
      const begun = first?.state === 'pending' ? first.position : undefined;
      const steps = before.map((step) => ({
        ...step,
        ...written.steps.find(({ position }) => position === step.position),
      }));
      return {
        lease,
        takenAt,
        operation: { ...operation, state },
        steps: steps.map(withDates),
        begun,
        takes,
      };
    });
  }

  /**
   * Locks are taken in one order everywhere: lease, rows of the domain, operation.
   * @throws LeaseLostError; then nothing of it was written.
   */
  async checkpoint(
    ctx: Ctx,
    lease: Lease,
    operation: Pick<OperationRow, 'id' | 'subject'>,
    checkpoint: Checkpoint | Prepare,
    parts: CheckpointParts = {},
  ): Promise<Checkpointed> {
    return this.decided(ctx, (tx) => this.write(tx, lease, operation, checkpoint, parts));
  }

  /** A transaction that decides by the operation's state; decided again when a caller has changed the state meanwhile. */
  private async decided<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let decisions = 1; ; decisions++) {
      try {
        return await this.uow.run(ctx, work);
      } catch (error) {
        if (!(error instanceof StateMovedError) || decisions === mostDecisions) throw error;
      }
    }
  }

  private async write(
    tx: Tx,
    lease: Lease,
    operation: Pick<OperationRow, 'id' | 'subject'>,
    checkpoint: Checkpoint | Prepare,
    parts: CheckpointParts,
  ): Promise<Checkpointed> {
    let changes: Checkpoint;
    if (typeof checkpoint === 'function') {
      await this.leases.fence(tx, lease);
      changes = await checkpoint(tx);
    } else changes = checkpoint;
    const written = await this.checkpoints.write(tx, lease, operation.id, changes);
    const to = changes.operation?.to;
    const ended = to !== undefined && !isLive(to);
    if (to === 'succeeded' || to === 'rolled_back') await this.operations.dropOutputs(tx, operation.subject);
    if (ended || parts.resend) await this.leases.release(tx, lease);
    if (parts.resend) {
      await this.operations.countTake(tx, operation.id, -1);
      await this.queue.send(tx, operation.id, operation.subject);
    }
    const told = {
      stateChanged: changes.operation !== undefined,
      failure: changes.operation?.failure,
      unreported: parts.unreported,
    };
    await this.outbox.add(tx, ...checkpointEvents(operation.id, written, told));
    return written;
  }

  /** Tells how far the running step is; false when this epoch may no longer. */
  async progress(
    ctx: Ctx,
    lease: Lease,
    operation: Pick<OperationRow, 'id' | 'tenant_id'>,
    step: Pick<StepRow, 'position' | 'name'>,
    report: ProgressReport,
  ): Promise<boolean> {
    return this.uow.run(ctx, async (tx) => {
      const { message, resources } = report;
      const written = await this.checkpoints.progress(
        tx,
        lease,
        operation.id,
        step.position,
        message,
        resources,
      );
      const whose = { operationId: operation.id, tenantId: operation.tenant_id };
      if (written) await this.outbox.add(tx, progressEvent(whose, step.name, report));
      return written;
    });
  }
}

/** A step that came back from a checkpoint has its times as JSON texts. */
function withDates(
  step: Omit<StepRow, 'started_at' | 'ended_at'> & {
    startedAt?: string | null;
    started_at: Date | null;
    ended_at: Date | null;
  },
): StepRow {
  const { startedAt, ...row } = step;
  return { ...row, started_at: startedAt ? new Date(startedAt) : row.started_at };
}
