import { AppError } from '../platform/app-error.js';
import type { JsonObject } from '../platform/json.js';
import { inSpan } from '../platform/telemetry/tracing.js';
import { backoffMs, type Backoff } from './backoff.js';
import type { Checkpoint, Checkpointed } from './checkpoints.repository.js';
import { describeFailure, isTransient } from './failure.js';
import { Interruption, interruptionOf } from './interruption.js';
import type { Ledger, Prepare } from './ledger.js';
import { LeaseLostError } from './leases.repository.js';
import type { Failure } from './operation.js';
import type { StepRow } from './operations.repository.js';
import type { Run } from './run.js';
import type { StepWork } from './saga.js';
import { StepProgress, type ProgressReport } from './step-progress.js';
import { within } from './within.js';

export interface StepTerms {
  readonly maxAttempts: number;
  readonly timeoutMs: number;
  /** How long a step that was told to stop may take to stop. */
  readonly graceMs: number;
  readonly progressMs: number;
  readonly backoff: Backoff;
}

/** A step has failed for good; what it said last goes into the ledger with the failure. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
  constructor(
    readonly step: string,
    readonly failure: Failure,
    readonly last: ProgressReport | undefined,
    cause: unknown,
  ) {
    super(failure.message, { cause });
  }
}

/** Which half of a step runs. */
export interface StepPart {
  readonly direction: 'do' | 'undo';
  act(work: StepWork): Promise<JsonObject | undefined>;
  /** The checkpoint that ends the step, decided in its transaction. */
  conclude(work: StepWork, last: ProgressReport): Checkpoint | Prepare;
}

/** Runs one step: attempts with back-off for what is transient, a time limit, progress, and the checkpoint at its end. */
export class StepRunner {
  constructor(
    private readonly ledger: Ledger,
    private readonly terms: StepTerms,
    private readonly chance: () => number = Math.random,
  ) {}

  /** @throws StepFailed, Interruption, LeaseLostError */
  async run(run: Run, step: StepRow, part: StepPart): Promise<Checkpointed> {
    const most = run.definition(step).maxAttempts ?? this.terms.maxAttempts;
    for (let attempt = 1; ; attempt++) {
      const progress = this.progressOf(run, step);
      try {
        const facts = { 'leasehold.step': step.name, 'leasehold.attempt': attempt };
        return await inSpan(`step ${part.direction === 'do' ? '' : 'undo '}${step.name}`, facts, () =>
          this.attempt(run, step, part, progress),
        );
      } catch (error) {
        const last = await progress.close();
        if (error instanceof LeaseLostError) throw error;
        const interruption = interruptionOf(run.held.signal);
        if (interruption) throw interruption;
        const failure = describeFailure(step.name, run.ctx.requestId, error);
        run.ctx.log[error instanceof AppError ? error.logLevel : 'error'](
          { err: error, step: step.name, attempt },
          'step failed',
        );
        if (!isTransient(error) || attempt >= most) throw new StepFailed(step.name, failure, last, error);
        await this.waitAndBeginAgain(run, step, part, attempt, most, failure);
      }
    }
  }

  private async attempt(
    run: Run,
    step: StepRow,
    part: StepPart,
    progress: StepProgress,
  ): Promise<Checkpointed> {
    const { timeoutMs = this.terms.timeoutMs } = run.definition(step);
    const workUnder = (signal: AbortSignal, acted: JsonObject): StepWork => ({
      ...run.work(),
      ctx: { ...run.ctx, signal, log: run.ctx.log.child({ step: step.name }) },
      lease: run.held.lease,
      signal,
      progress,
      acted,
    });
    const acted = await within(run.held.signal, { timeoutMs, graceMs: this.terms.graceMs }, (signal) => {
      run.idle = undefined;
      return part.act(workUnder(signal, {}));
    });
    const last = await progress.close();
    const conclude = part.conclude(workUnder(run.held.signal, acted ?? {}), last);
    const written = await this.ledger.checkpoint(run.ctx, run.held.lease, run.operation, conclude, {
      unreported: last,
    });
    run.learn(written);
    const { direction } = part;
    run.ctx.log.info({ step: step.name, direction, resources: last.resources }, 'step done');
    return written;
  }

  private async waitAndBeginAgain(
    run: Run,
    step: StepRow,
    part: StepPart,
    attempt: number,
    most: number,
    failure: Failure,
  ): Promise<void> {
    const wait = backoffMs(attempt, this.chance(), this.terms.backoff);
    const message = `${failure.message} Attempt ${attempt + 1} of ${most} begins in ${(wait / 1000).toFixed(1)} s.`;
    await this.beginAgain(run, step, part, message);
    await sleep(wait, run.held.signal);
  }

  /** The next attempt is counted before it begins, so that a crash cannot make it endless. */
  private async beginAgain(run: Run, step: StepRow, part: StepPart, message: string): Promise<void> {
    if (part.direction === 'undo') return;
    try {
      const written = await this.ledger.checkpoint(run.ctx, run.held.lease, run.operation, {
        steps: [{ position: step.position, event: 'begin', message }],
      });
      run.learn(written);
    } catch (error) {
      // With the database away for a moment the attempt still counts here, in memory.
      if (!isTransient(error)) throw error;
    }
  }

  private progressOf(run: Run, step: StepRow): StepProgress {
    const { held } = run;
    return new StepProgress(async (report) => {
      try {
        const mine = await this.ledger.progress(run.ctx, held.lease, run.operation, step, report);
        if (!mine) held.interrupt('lease_lost');
      } catch (error) {
        run.ctx.log.warn({ err: error, step: step.name }, 'progress could not be written');
      }
    }, this.terms.progressMs);
  }
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(interruptionOf(signal) ?? new Interruption('stopping'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
