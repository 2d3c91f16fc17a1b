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
import type { Closed, Opened, OpenRun } from './child/protocol.js';
import { RunnerChildError } from './pool/runner-child.js';
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
  readonly providers: OpenRun['providers'];
  readonly clock: RunClock;
  /** Whether other runs are under way, or wait. */
  readonly crowded: boolean;
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
  #refusal: string | undefined;
  #fenced = false;

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
    this.#fenced = true;
    this.#stop.abort();
  }

  async #call(grant: RunGrant): Promise<CliOutcome> {
    const { clock } = this.context;
    const opened = await this.#open(grant);
    clock.mark('prepare');
    if (!opened) return { exit: { code: null, signal: null }, output: '' };
    const cli = await this.#runCli(grant, opened);
    clock.mark('exit');
    const closed = await this.#close(grant);
    clock.note('program', closed?.programMs);
    return cli;
  }

  /** @returns undefined when the process is gone, or the program refuses its input */
  async #open(grant: RunGrant): Promise<Opened | undefined> {
    const { name, input } = this.run.program;
    try {
      const program = { name, input: { ...input } };
      return await this.place.child.open({ runId: grant.id, program, providers: this.context.providers });
    } catch (error) {
      if (error instanceof RunnerChildError) this.#hostLost = true;
      else this.#refusal = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  /** A process that does not close in time is replaced, and its ports go with it. */
  async #close(grant: RunGrant): Promise<Closed | undefined> {
    try {
      return await this.place.child.close(grant.id);
    } catch {
      this.#hostLost = true;
      await this.place.child.stop(0);
      return undefined;
    }
  }

  async #runCli(grant: RunGrant, opened: Opened): Promise<CliOutcome> {
    const { home, serviceUrl, pulumi, crowded } = this.context;
    const { stack, command, refresh = false, operationId } = this.run;
    const env = cliEnvironment({
      home: await home.home(this.place.slot),
      backendUrl: serviceUrl,
      token: grant.token,
      debugProviders: opened.debugProviders,
      crowded,
    });
    const args = cliArguments({ command, refresh, stack, operationId, languagePort: opened.languagePort });
    const cli = startCli(pulumi, args, { cwd: home.workFolder(stack.project), env });
    const forget = this.place.child.onExit(() => this.#hostDied());
    const stopped = Promise.withResolvers<'stop'>();
    const stop = (): void => stopped.resolve('stop');
    this.#stop.signal.addEventListener('abort', stop, { once: true });
    if (this.#stop.signal.aborted) stop();
    const first = await Promise.race([cli.exited, stopped.promise]);
    forget();
    const exit = first === 'stop' ? await this.#interrupt(grant, cli) : first;
    return { exit, output: cli.output() };
  }

  async #interrupt(grant: RunGrant, cli: CliProcess): Promise<ChildExit> {
    await this.#close(grant);
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

  #hostDied(): void {
    this.#hostLost = true;
    this.#stop.abort();
  }

  #cancelled(): boolean {
    return this.run.signal.aborted || this.#fenced;
  }

  #errors(exit: ChildExit, output: string): RunResult['errors'] {
    if (this.#fenced)
      return [{ message: `The lease of ${this.run.lease.subject} was taken over by a newer run.` }];
    if (this.run.signal.aborted) return [{ message: 'The run was cancelled.' }];
    if (this.#refusal !== undefined) return [{ message: this.#refusal }];
    if (this.#hostLost) return [{ message: 'The process that hosted the run ended; run it again.' }];
    return runErrors(this.#progress.errors, output, describeExit(exit));
  }
}
