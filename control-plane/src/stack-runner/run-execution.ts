import { describeExit, type ChildExit } from '@leasehold/processes';
import type { PulumiService } from '../pulumi-service/pulumi-service.js';
import type { RunObserver } from '../pulumi-service/run-observers.js';
import type { RunGrant } from '../pulumi-service/runs.service.js';
import { organization } from '../pulumi-service/stack-ref.js';
import type { UpdateState } from '../pulumi-service/updates.repository.js';
import { cliArguments, cliEnvironment } from './cli/cli-command.js';
import { startCli, type CliProcess } from './cli/cli-process.js';
import type { RunnerHome } from './cli/runner-home.js';
import { EngineProgress } from './events/engine-progress.js';
import { runErrors } from './events/run-errors.js';
import { stackOutputs } from './graph/stack-outputs.js';
import type { Place } from './pool/runner-pool.js';
import type { RunClock } from './run-clock.js';
import type { RunResult, StackRun } from './stack-run.js';

/** How long a cancelled engine may take to end the steps that it has begun, in milliseconds. */
const graceMs = 5000;

export interface ExecutionContext {
  readonly service: PulumiService;
  readonly serviceUrl: string;
  readonly pulumi: string;
  readonly home: RunnerHome;
  readonly providers: { readonly databaseUrl: string; readonly cell: string };
  readonly clock: RunClock;
}

interface CliOutcome {
  readonly exit: ChildExit;
  readonly output: string;
}

/**
 * One call of the CLI from its log-in to what it leaves behind. The order at the end is what makes a cancelled run safe: first the
 * providers stop listening, so that even a CLI that is paused now changes nothing when it wakes; then its process group ends;
 * then the update's lease is void.
 */
export class RunExecution implements RunObserver {
  readonly #progress: EngineProgress;
  readonly #stop = new AbortController();
  #ended: UpdateState | undefined;
  #hostLost = false;

  constructor(
    private readonly run: StackRun,
    private readonly place: Place,
    private readonly context: ExecutionContext,
  ) {
    this.#progress = new EngineProgress((event) => run.onEvent(event));
  }

  /** Whether the process that hosted the run can host another. */
  get clean(): boolean {
    return !this.#stop.signal.aborted && !this.#hostLost;
  }

  async execute(): Promise<RunResult> {
    const { stack, lease, operationId, signal } = this.run;
    const ref = { organization, ...stack };
    const { runs } = this.context.service;
    const grant = await runs.grant(ref, { ...lease, operationId }, this);
    const abort = (): void => this.#stop.abort();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    let cli: CliOutcome;
    try {
      cli = await this.#call(grant);
    } finally {
      signal.removeEventListener('abort', abort);
      await runs.end(grant, this.#ended !== undefined);
    }
    return this.#result(grant, cli);
  }

  connected(): void {
    this.context.clock.mark('cliStart');
  }

  updateStarted(): void {
    this.context.clock.mark('open');
  }

  engineEvents(events: Parameters<EngineProgress['add']>[0]): void {
    this.#progress.add(events);
  }

  updateEnded(state: UpdateState): void {
    this.#ended = state;
    this.context.clock.mark('engine');
  }

  refused(): void {
    this.#stop.abort();
  }

  async #call(grant: RunGrant): Promise<CliOutcome> {
    const { child } = this.place;
    const { clock, providers } = this.context;
    const { name, input } = this.run.program;
    const opened = await child.open({ runId: grant.id, program: { name, input: { ...input } }, providers });
    clock.mark('prepare');
    const cli = await this.#runCli(grant, opened);
    clock.mark('exit');
    const closed = await child.close(grant.id).catch(() => {
      this.#hostLost = true;
      return undefined;
    });
    clock.note('program', closed?.programMs);
    return cli;
  }

  async #runCli(
    grant: RunGrant,
    opened: { languagePort: number; debugProviders: string },
  ): Promise<CliOutcome> {
    const { home, serviceUrl, pulumi } = this.context;
    const { stack, command, refresh = false, operationId } = this.run;
    const env = cliEnvironment({
      home: await home.home(this.place.slot),
      backendUrl: serviceUrl,
      token: grant.token,
      debugProviders: opened.debugProviders,
    });
    const args = cliArguments({ command, refresh, stack, operationId, languagePort: opened.languagePort });
    const cli = startCli(pulumi, args, { cwd: home.workFolder(stack.project), env });
    const lost = this.place.child.exited.then(() => {
      this.#hostLost = true;
      this.#stop.abort();
    });
    const stopped = Promise.withResolvers<'stop'>();
    const stop = (): void => stopped.resolve('stop');
    this.#stop.signal.addEventListener('abort', stop, { once: true });
    if (this.#stop.signal.aborted) stop();
    const first = await Promise.race([cli.exited, stopped.promise]);
    void lost;
    const exit = first === 'stop' ? await this.#interrupt(grant, cli) : first;
    return { exit, output: cli.output() };
  }

  async #interrupt(grant: RunGrant, cli: CliProcess): Promise<ChildExit> {
    await this.place.child.close(grant.id).catch(() => this.place.child.stop(0));
    return cli.interrupt(graceMs);
  }

  async #result(grant: RunGrant, { exit, output }: CliOutcome): Promise<RunResult> {
    this.#progress.end();
    const succeeded = exit.code === 0 && this.#ended === 'succeeded';
    const outcome = succeeded ? 'succeeded' : this.#cancelled() ? 'cancelled' : 'failed';
    const { deployment } = await this.context.service.updates.currentState(grant.stackId);
    return {
      outcome,
      resources: this.#progress.counts,
      outputs: stackOutputs(deployment),
      errors: succeeded ? [] : this.#errors(exit, output),
      retryable: outcome === 'failed' && this.#hostLost,
      timings: this.context.clock.timings(),
    };
  }

  #cancelled(): boolean {
    return this.#stop.signal.aborted && !this.#hostLost;
  }

  #errors(exit: ChildExit, output: string): RunResult['errors'] {
    if (this.#hostLost) return [{ message: 'The process that hosted the run ended; run it again.' }];
    if (this.run.signal.aborted) return [{ message: 'The run was cancelled.' }];
    if (this.#cancelled())
      return [{ message: `The lease of ${this.run.lease.subject} was taken over by a newer run.` }];
    return runErrors(this.#progress.errors, output, describeExit(exit));
  }
}
