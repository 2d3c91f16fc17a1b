import type { Logger } from 'pino';
import { AppError } from '../platform/app-error.js';
import type { JsonObject } from '../platform/json.js';
import type { Ctx } from '../platform/request-context.js';
import { inSpan, traceField, underTrace } from '../platform/telemetry/tracing.js';
import type { Tx } from '../platform/unit-of-work.js';
import type { Checkpoint, StepChange } from './checkpoints.repository.js';
import { describeFailure, isTransient } from './failure.js';
import { Interruption, interruptionOf } from './interruption.js';
import type { LeaseKeeper } from './lease-keeper.js';
import type { Ledger, NotTaken, Taken } from './ledger.js';
import { LeaseLostError } from './leases.repository.js';
import type { Failure } from './operation.js';
import { nextOperationState, type OperationEvent } from './operation-states.js';
import type { OperationRow, OperationsRepository, StepRow } from './operations.repository.js';
import { Run } from './run.js';
import type { RunObserver } from './run-observer.js';
import type { SagaRegistry, StateChange, StepWork } from './saga.js';
import type { ProgressReport } from './step-progress.js';
import { StepFailed, type StepPart, type StepRunner } from './step-runner.js';

/** How a worker's dealing with an operation came to an end. */
export type RunEnd = NotTaken | 'done' | 'lost' | 'handed_on';

/**
 * Walks an operation's steps under its lease: forwards until all are done, or backwards through the undos.
 * Whatever happens, the operation either reaches a state in which it has ended, or its lease is given up for the next worker.
 */
export class SagaRunner {
  constructor(
    private readonly ledger: Ledger,
    private readonly operations: OperationsRepository,
    private readonly sagas: SagaRegistry,
    private readonly keeper: LeaseKeeper,
    private readonly stepRunner: StepRunner,
    private readonly mostTakes: number,
    private readonly log: Logger,
    private readonly observer?: RunObserver,
  ) {}

  async run(operationId: string): Promise<RunEnd> {
    const taken = await this.ledger.take(this.contextOf(operationId, 'unknown'), operationId);
    if (typeof taken === 'string') return taken;
    const { operation, lease } = taken;
    const { kind, subject, request_id: requestId, traceparent } = operation;
    const facts = {
      'leasehold.operation_id': operationId,
      'leasehold.subject': subject,
      'leasehold.epoch': lease.epoch,
    };
    return underTrace(traceparent, () =>
      inSpan(`operation ${kind}`, { ...facts, 'leasehold.request_id': requestId }, () => this.work(taken)),
    );
  }

  private async work(taken: Taken): Promise<RunEnd> {
    const { operation, lease, takenAt } = taken;
    const { id: operationId, request_id: requestId, tenant_id: tenantId } = operation;
    const ctx = this.contextOf(operationId, requestId, tenantId);
    const held = this.keeper.hold(lease, operationId, takenAt);
    const saga = this.sagas.get(operation.kind);
    const parameters = saga.parameters.safeParse(operation.input);
    const run = new Run(ctx, saga, parameters.data, taken, held, this.observer);
    ctx.log.info(
      { kind: operation.kind, subject: operation.subject, epoch: lease.epoch, state: run.state },
      'operation taken',
    );
    try {
      if (!parameters.success) return await this.failBeforeSteps(run, parameters.error);
      if (taken.takes > this.mostTakes) return await this.failBeforeSteps(run, workersLost(taken.takes));
      return await this.walk(run);
    } catch (error) {
      return await this.leave(run, error);
    } finally {
      run.held.drop();
    }
  }

  private contextOf(operationId: string, requestId: string, tenantId: string | null = null): Ctx {
    return {
      requestId,
      actor: { id: 'system:operations', role: 'admin' },
      log: this.log.child({
        operationId,
        requestId,
        ...(tenantId !== null && { tenantId }),
        ...traceField(),
      }),
      signal: new AbortController().signal,
    };
  }

  private async walk(run: Run): Promise<RunEnd> {
    for (;;) {
      switch (run.state) {
        case 'running':
          await this.forwards(run);
          break;
        case 'cancelling':
          await this.conclude(run, 'stopped', stoppedSteps(run), null);
          break;
        case 'rolling_back':
          await this.backwards(run);
          break;
        case 'queued':
        case 'waiting_approval':
        case 'succeeded':
        case 'failed':
        case 'cancelled':
        case 'rolled_back':
          run.ctx.log.info({ state: run.state }, 'operation left');
          return 'done';
      }
    }
  }

  /** Runs the steps that are not done, in order; each checkpoint ends one and begins the next. */
  private async forwards(run: Run): Promise<void> {
    try {
      while (run.state === 'running') {
        const step = run.steps.find(({ state }) => state !== 'succeeded');
        if (!step) {
          await this.conclude(run, 'succeed', [], null);
          return;
        }
        await this.stepRunner.run(run, step, this.forward(run, step));
      }
    } catch (error) {
      if (error instanceof StepFailed) await this.fail(run, error);
      else if (error instanceof Interruption && error.kind === 'cancelled') run.state = 'cancelling';
      else throw error;
    }
  }

  /** Undoes what was done, the last first; a step that failed may have left something and is undone as well. */
  private async backwards(run: Run): Promise<void> {
    this.renewSignal(run);
    try {
      while (run.state === 'rolling_back') {
        const step = run.steps.findLast(
          ({ state }) => state === 'succeeded' || state === 'failed' || state === 'running',
        );
        if (!step) {
          const skipped = run.steps.filter(({ state }) => state === 'pending');
          await this.conclude(
            run,
            'undone',
            skipped.map(({ position }) => ({ position, event: 'skip' })),
            null,
          );
          return;
        }
        await this.stepRunner.run(run, step, this.backward(run, step));
      }
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      const failure = {
        ...error.failure,
        message: `Undoing "${error.step}" failed. ${error.failure.message}`,
      };
      await this.conclude(run, 'fail', [], failure);
    }
  }

  private forward(run: Run, step: StepRow): StepPart {
    const definition = run.definition(step);
    const next = run.steps.find(({ position }) => position > step.position);
    return {
      direction: 'do',
      act: async (work) => definition.act?.(work),
      conclude: (work, last) => {
        const done = (recorded?: JsonObject): StepChange => {
          const output = { ...work.acted, ...recorded };
          run.keepOutput(step.name, output);
          return { position: step.position, event: 'succeed', output, ...said(last) };
        };
        const begin: StepChange[] = next ? [{ position: next.position, event: 'begin' }] : [];
        if (next && !definition.record) return { steps: [done(), ...begin] };
        return async (tx) => {
          const steps = [done(await definition.record?.(tx, work)), ...begin];
          return next ? { steps } : this.ending(tx, run, 'succeed', steps, null);
        };
      },
    };
  }

  private backward(run: Run, step: StepRow): StepPart {
    const definition = run.definition(step);
    return {
      direction: 'undo',
      act: async (work) => {
        if (definition.noReturn !== undefined && step.state === 'succeeded')
          throw noWayBack(definition.noReturn);
        await definition.undo?.(work);
        return undefined;
      },
      conclude: (work: StepWork, last) => async (tx) => {
        await definition.recordUndo?.(tx, work);
        return { steps: [{ position: step.position, event: 'undo', ...said(last) }] };
      },
    };
  }

  private async fail(run: Run, error: StepFailed): Promise<void> {
    const running = run.steps.find(({ state }) => state === 'running');
    const { failure, last } = error;
    const steps: StepChange[] = running
      ? [
          {
            position: running.position,
            event: 'fail',
            message: failure.message,
            ...(last ? { resources: last.resources } : {}),
          },
        ]
      : [];
    await this.conclude(run, 'fail', steps, failure, last);
  }

  /** Ends what no step can bring further; a step that another worker had begun counts as failed. */
  private async failBeforeSteps(run: Run, cause: unknown): Promise<RunEnd> {
    run.ctx.log.error({ err: cause }, 'the operation cannot go on');
    const failure = describeFailure('start', run.ctx.requestId, cause);
    const steps: StepChange[] = run.steps
      .filter(({ state }) => state === 'running')
      .map(({ position }) => ({ position, event: 'fail', message: failure.message }));
    await this.conclude(run, 'fail', steps, failure);
    return 'done';
  }

  /** Brings the operation to the state that an event leads to, together with the rows that follow it. */
  private async conclude(
    run: Run,
    event: OperationEvent,
    steps: readonly StepChange[],
    failure: Failure | null,
    unreported?: ProgressReport,
  ): Promise<void> {
    const write = (follow: boolean) =>
      this.ledger.checkpoint(
        run.ctx,
        run.held.lease,
        run.operation,
        (tx) => this.ending(tx, run, event, steps, failure, follow),
        {
          unreported,
        },
      );
    try {
      run.learn(await write(true));
    } catch (error) {
      if (error instanceof LeaseLostError || isTransient(error)) throw error;
      if (event === 'succeed')
        throw new StepFailed('end', describeFailure('end', run.ctx.requestId, error), undefined, error);
      // A fault in the rows that follow must not keep a failed operation alive for ever.
      run.ctx.log.error({ err: error }, 'the rows that follow the operation could not be written');
      run.learn(await write(false));
    }
  }

  private async ending(
    tx: Tx,
    run: Run,
    event: OperationEvent,
    steps: readonly StepChange[],
    failure: Failure | null,
    follow = true,
  ): Promise<Checkpoint> {
    const operation = await this.operations.find(tx, run.operation.id);
    const told = operation && failsBack(operation, event) && !beyondReturn(run) ? 'fail_back' : event;
    const to =
      operation && nextOperationState(operation.state, told, operation.rollback_requested_at !== null);
    if (!operation || !to)
      throw new Error(`An operation that is ${String(operation?.state)} cannot ${event}.`);
    const change: StateChange = { to, ...(failure ? { failure } : {}) };
    if (follow && run.parameters !== undefined) await run.saga.follow?.(tx, run.work(), change);
    const result = to === 'succeeded' ? run.saga.result?.(run.work()) : undefined;
    return {
      steps,
      operation: {
        from: operation.state,
        to,
        ...(failure ? { failure } : {}),
        ...(result ? { result } : {}),
      },
    };
  }

  /** The signal of a cancelled run is spent; the undos run under a new one and the same lease. */
  private renewSignal(run: Run): void {
    if (interruptionOf(run.held.signal)?.kind !== 'cancelled') return;
    run.held.drop();
    run.held = this.keeper.hold(run.held.lease, run.operation.id, performance.now());
  }

  /** What the worker could not bring to an end stays for the next one. */
  private async leave(run: Run, error: unknown): Promise<RunEnd> {
    const { log } = run.ctx;
    if (error instanceof Interruption && error.kind === 'stopping') {
      const running = run.steps.filter(({ state }) => state === 'running' && run.state === 'running');
      const steps = running.map(({ position }) => ({ position, event: 'yield' }) as const);
      await this.ledger.checkpoint(run.ctx, run.held.lease, run.operation, { steps }, { resend: true });
      log.info('operation handed on, since this worker stops');
      return 'handed_on';
    }
    if (error instanceof LeaseLostError || error instanceof Interruption) {
      log.warn({ err: error }, 'operation left to another worker');
      return 'lost';
    }
    log.error({ err: error }, 'operation left: the ledger could not be written');
    return 'lost';
  }
}

function failsBack({ state, on_failure }: OperationRow, event: OperationEvent): boolean {
  return event === 'fail' && state === 'running' && on_failure === 'rollback';
}

/** A step that has no way back is done. */
function beyondReturn(run: Run): boolean {
  return run.steps.some((step) => step.state === 'succeeded' && run.definition(step).noReturn !== undefined);
}

function workersLost(takes: number): AppError {
  return new AppError('internal', 'workers_lost', {
    publicMessage: `${takes - 1} workers have taken the operation and none has brought it to an end; the log says what became of them.`,
    logLevel: 'error',
  });
}

/** A rollback that was asked for while the step was being done. */
function noWayBack(publicMessage: string): AppError {
  return new AppError('conflict', 'rollback_not_possible', { publicMessage });
}

function said(last: ProgressReport): Pick<StepChange, 'message' | 'resources'> {
  return { message: last.message, resources: last.resources };
}

/** A cancelled step that ran may have left something, so it counts as failed; one that was only begun is pending again. */
function stoppedSteps(run: Run): StepChange[] {
  return run.steps
    .filter(({ state }) => state === 'running')
    .map(({ position }) =>
      position === run.idle
        ? { position, event: 'yield' }
        : { position, event: 'fail', message: 'Cancelled on request.' },
    );
}
