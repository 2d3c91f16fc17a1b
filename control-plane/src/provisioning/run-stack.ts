import { AppError } from '../platform/app-error.js';
import type { StepWork } from '../operations/saga.js';
import type { StackRunner } from '../stack-runner/stack-runner.js';
import type { RunEvent, RunResult, StackRun } from '../stack-runner/stack-run.js';
import { isPassingFailure } from './passing-failure.js';
import { reportRun } from './report-run.js';

type Asked = Pick<StackRun, 'stack' | 'command' | 'program'> & {
  readonly refresh?: boolean;
  /** Hears of each event beside the step's progress. */
  readonly onEvent?: (event: RunEvent) => void;
};

/**
 * Runs a stack as (part of) a step: under the step's lease and signal, with its resources as the step's progress.
 * @throws AppError `stack_run_failed` that names the first resource that failed and says what the cloud said.
 */
export async function runStack(
  runner: Pick<StackRunner, 'run' | 'ready'>,
  work: StepWork,
  asked: Asked,
): Promise<RunResult> {
  await runnerReady(runner, work);
  const report = reportRun(work.progress);
  const result = await runner.run({
    ...asked,
    operationId: work.operationId,
    lease: work.lease,
    signal: work.signal,
    onEvent: (event) => {
      report(event);
      asked.onEvent?.(event);
    },
  });
  work.progress.count(result.resources);
  work.ctx.log.info(
    { stack: asked.stack, command: asked.command, outcome: result.outcome, timings: result.timings },
    'stack run ended',
  );
  if (result.outcome === 'succeeded') return result;
  work.signal.throwIfAborted();
  throw runFailed(asked, result);
}

const lookForRunnerMs = 20;

/** The runner loads the SDKs while the rest of the program is already up; an operation of the last life may be first. */
async function runnerReady(
  runner: Pick<StackRunner, 'ready'>,
  { signal, progress }: StepWork,
): Promise<void> {
  const isReady = (): boolean => runner.ready;
  if (isReady()) return;
  progress.say('waiting for the stack runner to be ready');
  while (!isReady()) {
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, lookForRunnerMs));
  }
}

/** Whether the same run may well succeed a little later. */
export function isPassing(result: Pick<RunResult, 'retryable' | 'errors'>): boolean {
  return (
    result.retryable ||
    (result.errors.length > 0 && result.errors.every(({ message }) => isPassingFailure(message)))
  );
}

function runFailed({ stack, command }: Asked, result: RunResult): AppError {
  const [first] = result.errors;
  const more = result.errors.length > 1 ? ` (and ${result.errors.length - 1} more)` : '';
  const cancelled = result.outcome === 'cancelled';
  const retryable = cancelled || isPassing(result);
  const said = first?.message ?? `The run of ${stack.project}/${stack.name} (${command}) gave no reason.`;
  return new AppError(
    cancelled ? 'unavailable' : 'not_allowed',
    cancelled ? 'stack_run_stopped' : 'stack_run_failed',
    {
      publicMessage: `${said}${more} ${retryable ? whenItPasses : whenItDoesNot}`,
      ...(first?.urn === undefined ? {} : { resource: first.urn }),
      retryable,
      logLevel: 'warn',
    },
  );
}

const whenItPasses =
  '(The cloud may do it a little later: what is done stays, and a resume goes on from there.)';
const whenItDoesNot = '(Mend the cause, then resume the operation; what is done stays.)';
