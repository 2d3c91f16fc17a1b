import type { Outbox } from '../events/outbox.js';
import { AppError } from '../platform/app-error.js';
import { newId } from '../platform/ids.js';
import type { JsonObject } from '../platform/json.js';
import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { isTenantActor, type Ctx } from '../platform/request-context.js';
import { currentTraceparent } from '../platform/telemetry/tracing.js';
import type { Tx, UnitOfWork } from '../platform/unit-of-work.js';
import { StateMovedError } from './checkpoints.repository.js';
import { isLive, type Failure, type FailurePolicy, type Operation, type OperationKind } from './operation.js';
import { stateEvent } from './operation-events.js';
import type { RunObserver } from './run-observer.js';
import type { OperationQueue } from './operation-queue.js';
import { nextOperationState, refusal, type RequestedEvent } from './operation-states.js';
import { showOperation } from './operation-view.js';
import type { OperationFilter, OperationRow, OperationsRepository } from './operations.repository.js';
import type { SagaRegistry, SagaWork } from './saga.js';
import { statesBefore } from './step-states.js';

/** A worker may move an operation so many times between a caller's look and its change. */
const mostDecisions = 5;

export interface StartOperation {
  readonly kind: OperationKind;
  /** What the operation changes: a tenant's id, or `cell:<name>`. */
  readonly subject: string;
  readonly tenantId: string | null;
  readonly input: JsonObject;
  /** `keep` unless told: a failed operation stays and can be resumed. */
  readonly onFailure?: FailurePolicy;
  /** No worker takes it before an admin approves. */
  readonly needsApproval?: boolean;
}

/** What a caller does with operations: start, look, cancel, resume, roll back. */
export class OperationsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly operations: OperationsRepository,
    private readonly sagas: SagaRegistry,
    private readonly queue: Pick<OperationQueue, 'send'>,
    private readonly outbox: Outbox,
    private readonly observer?: Pick<RunObserver, 'endedByCaller'>,
  ) {}

  /**
   * Writes the operation, its steps, its first event and its job in the caller's transaction; a worker begins at the commit.
   * @throws AppError conflict `operation_in_progress` when the subject has an operation that has not ended.
   */
  async start(ctx: Ctx, tx: Tx, start: StartOperation): Promise<Operation> {
    const saga = this.sagas.get(start.kind);
    saga.parameters.parse(start.input);
    await this.refuseBesideUnfinished(tx, start.subject);
    const state = start.needsApproval ? 'waiting_approval' : 'queued';
    const steps = saga.steps.map(({ name }) => name);
    const operation = await this.write(ctx, tx, start, state, steps);
    // A tenant's caller has no right to the queue, whose jobs name other tenants: the reconciler finds the operation, in two seconds.
    if (state === 'queued' && !isTenantActor(ctx.actor))
      await this.queue.send(tx, operation.id, start.subject);
    return operation;
  }

  /** Writes down an operation whose whole work was done in the caller's transaction; it has no steps and has ended. */
  async startDone(ctx: Ctx, tx: Tx, start: StartOperation): Promise<Operation> {
    return this.write(ctx, tx, start, 'succeeded', []);
  }

  private async write(
    ctx: Ctx,
    tx: Tx,
    start: StartOperation,
    state: 'queued' | 'waiting_approval' | 'succeeded',
    steps: readonly string[],
  ): Promise<Operation> {
    const id = newId('op');
    const inserted = await this.operations.insert(tx, {
      id,
      ...start,
      onFailure: start.onFailure ?? 'keep',
      state,
      requestedBy: ctx.actor.id,
      requestId: ctx.requestId,
      traceparent: currentTraceparent(),
      steps,
    });
    if (!inserted) throw await this.inProgress(tx, start.subject);
    const written = await this.require(tx, id);
    const whose = { operationId: id, tenantId: start.tenantId };
    await this.outbox.add(tx, stateEvent(whose, { state, endedAt: written.ended_at, kind: start.kind }));
    return this.show(tx, written);
  }

  /** @throws AppError not_found, also for an operation that the caller may not see. */
  async get(ctx: Ctx, id: string): Promise<Operation> {
    return this.uow.run(ctx, async (tx) => this.show(tx, await this.require(tx, id)));
  }

  async list(ctx: Ctx, filter: OperationFilter, request: ListRequest): Promise<Page<Operation>> {
    return this.uow.run(ctx, async (tx) => {
      const found = await this.operations.list(tx, filter, request);
      const steps = await this.operations.steps(
        tx,
        found.items.map(({ id }) => id),
      );
      return mapPage(found, (row) =>
        showOperation(
          row,
          steps.filter((step) => step.operation_id === row.id),
        ),
      );
    });
  }

  /** Stops the running step; what is done stays, and the operation can be resumed or rolled back. */
  async cancel(ctx: Ctx, tx: Tx, id: string): Promise<Operation> {
    return this.request(ctx, tx, id, 'cancel');
  }

  /** Goes on at the first step that is not done. */
  async resume(ctx: Ctx, tx: Tx, id: string): Promise<Operation> {
    return this.request(ctx, tx, id, 'resume');
  }

  /** Undoes the steps that are done, the last first; a running operation is stopped before. */
  async rollback(ctx: Ctx, tx: Tx, id: string): Promise<Operation> {
    return this.request(ctx, tx, id, 'rollback');
  }

  /** Lets an operation that waits for an approval begin. */
  async approve(ctx: Ctx, tx: Tx, id: string): Promise<Operation> {
    return this.request(ctx, tx, id, 'approve');
  }

  /** Ends an operation that waits for an approval, with the reason. */
  async reject(ctx: Ctx, tx: Tx, id: string, reason = 'No reason was given.'): Promise<Operation> {
    const message = `The request was rejected. ${reason}`;
    return this.request(ctx, tx, id, 'reject', { code: 'rejected', message, retryable: false });
  }

  /** The operation of a subject that waits for an approval, if there is one. */
  async waitingFor(tx: Tx, subject: string): Promise<string | undefined> {
    const live = await this.operations.findLive(tx, subject);
    return live?.state === 'waiting_approval' ? live.id : undefined;
  }

  /** Decides in a savepoint, and again when a worker has moved the operation meanwhile. */
  private async request(
    ctx: Ctx,
    tx: Tx,
    id: string,
    event: RequestedEvent,
    failure?: Failure,
  ): Promise<Operation> {
    for (let decisions = 1; ; decisions++) {
      try {
        return await tx.transaction((inner) => this.decide(ctx, inner, id, event, failure));
      } catch (error) {
        if (!(error instanceof StateMovedError) || decisions === mostDecisions) throw error;
      }
    }
  }

  private async decide(
    ctx: Ctx,
    tx: Tx,
    id: string,
    event: RequestedEvent,
    failure: Failure | undefined,
  ): Promise<Operation> {
    const operation = await this.require(tx, id);
    const to = nextOperationState(operation.state, event, operation.rollback_requested_at !== null);
    if (!to) throw conflict('state_does_not_allow', refusal(operation.state, event));
    await this.refuseImpossible(tx, operation, event);
    const entered = to !== operation.state;
    if (entered && to !== 'cancelling') await this.follow(ctx, tx, operation, to);
    const change = { event, from: operation.state, to, ...(failure ? { failure } : {}) };
    const changed = await this.operations.change(tx, id, change);
    if (!changed) throw new StateMovedError(`${id} is no longer ${operation.state}.`);
    if (event === 'resume') await this.operations.resetSteps(tx, id, statesBefore('reset'));
    if (needsWorker(operation, to)) await this.queue.send(tx, id, operation.subject);
    const whose = { operationId: id, tenantId: operation.tenant_id };
    if (entered) await this.outbox.add(tx, stateEvent(whose, { state: to, endedAt: changed.ended_at }));
    if (to === 'cancelling') await this.operations.notifyWorker(tx, id);
    if (entered && changed.ended_at) this.observer?.endedByCaller(operation, to, changed.ended_at);
    return this.show(tx, await this.require(tx, id));
  }

  private async refuseImpossible(tx: Tx, operation: OperationRow, event: RequestedEvent): Promise<void> {
    if (event === 'rollback') await this.refuseRollback(tx, operation);
    if (isLive(operation.state)) return;
    const live = await this.operations.findLive(tx, operation.subject);
    if (live) throw inProgressError(live.id);
    if (await this.operations.isSuperseded(tx, operation)) {
      throw conflict(
        'superseded',
        'A later operation has changed the same subject; this one can no longer go on.',
      );
    }
  }

  private async refuseRollback(tx: Tx, { id, kind }: OperationRow): Promise<void> {
    const { noRollback, steps } = this.sagas.get(kind);
    if (noRollback !== undefined) throw conflict('rollback_not_possible', noRollback);
    const last = steps.filter(({ noReturn }) => noReturn !== undefined);
    if (last.length === 0) return;
    const done = (await this.operations.steps(tx, [id])).filter(({ state }) => state === 'succeeded');
    const beyond = last.find(({ name }) => done.some((step) => step.name === name));
    if (beyond?.noReturn !== undefined) throw conflict('rollback_not_possible', beyond.noReturn);
  }

  private async refuseBesideUnfinished(tx: Tx, subject: string): Promise<void> {
    const stopped = await this.operations.newestStopped(tx, subject);
    if (!stopped || !this.sagas.get(stopped.kind).mustEnd) return;
    throw new AppError('conflict', 'operation_unfinished', {
      publicMessage: `Operation ${stopped.id} (${stopped.kind}) stopped on its way; resume it or roll it back first.`,
      resource: stopped.id,
    });
  }

  private async follow(ctx: Ctx, tx: Tx, operation: OperationRow, to: Operation['state']): Promise<void> {
    const saga = this.sagas.get(operation.kind);
    const parameters = saga.parameters.safeParse(operation.input);
    if (!parameters.success) return;
    const work: SagaWork = {
      ctx,
      operationId: operation.id,
      subject: operation.subject,
      tenantId: operation.tenant_id,
      parameters: parameters.data,
      output: (step) => {
        throw new Error(`The output of "${step}" belongs to the worker.`);
      },
      outputIfAny: () => undefined,
    };
    await saga.follow?.(tx, work, { to });
  }

  private async show(tx: Tx, row: OperationRow): Promise<Operation> {
    return showOperation(row, await this.operations.steps(tx, [row.id]));
  }

  private async require(tx: Tx, id: string): Promise<OperationRow> {
    const row = await this.operations.find(tx, id);
    if (row) return row;
    throw new AppError('not_found', 'operation_not_found', {
      publicMessage: `There is no operation ${id}.`,
      resource: id,
    });
  }

  private async inProgress(tx: Tx, subject: string): Promise<AppError> {
    return inProgressError((await this.operations.findLive(tx, subject))?.id);
  }
}

/** A job was sent when the operation was queued; one more is needed when an ended or a waiting one begins to live. */
function needsWorker(before: OperationRow, to: Operation['state']): boolean {
  return (!isLive(before.state) || before.state === 'waiting_approval') && isLive(to);
}

function conflict(code: string, publicMessage: string): AppError {
  return new AppError('conflict', code, { publicMessage });
}

function inProgressError(id: string | undefined): AppError {
  return new AppError('conflict', 'operation_in_progress', {
    publicMessage: `Another operation${id ? ` (${id})` : ''} is changing this; wait until it has ended, or cancel it.`,
    ...(id ? { resource: id } : {}),
  });
}
