import type { Logger } from 'pino';
import { listenPrivately, type PrivateListener } from '../pulumi-service/private-listener.js';
import type { PulumiService } from '../pulumi-service/pulumi-service.js';
import { PulumiApiError } from '../pulumi-service/pulumi-api-error.js';
import { organization, stackRefText } from '../pulumi-service/stack-ref.js';
import { AppError } from '../platform/app-error.js';
import type { StackRunMetrics } from '../platform/telemetry/stack-run-metrics.js';
import { fail, inSpan } from '../platform/telemetry/tracing.js';
import { cellOf } from './cell-of.js';
import type { ChildModules } from './child/protocol.js';
import { RunnerHome } from './cli/runner-home.js';
import { withResourceSpans } from './events/resource-spans.js';
import { resourceGraph, type ResourceGraph } from './graph/resource-graph.js';
import { RunnerPool } from './pool/runner-pool.js';
import { RunClock } from './run-clock.js';
import { RunExecution } from './run-execution.js';
import type { RunResult, StackId, StackRun } from './stack-run.js';

export interface StackRunnerOptions {
  /** Finds (or installs) the pinned CLI. */
  readonly pulumi: () => Promise<string>;
  readonly dataDir: string;
  /** Runs at once. Two fit two cores; more gain nothing there. */
  readonly poolSize: number;
  /** The JavaScript file of `child/main.ts`. */
  readonly childEntry: string;
  readonly childModules: ChildModules;
  /** Where the twin's providers keep what the clouds hold. */
  readonly providersDatabaseUrl: string;
  /** How long the twin's clouds take; no time of their own unless told. */
  readonly latency?: 'off' | 'gcp';
  readonly metrics?: StackRunMetrics;
}

interface Started {
  readonly listener: PrivateListener;
  readonly home: RunnerHome;
  readonly pool: RunnerPool;
  readonly pulumi: string;
}

interface InFlight {
  readonly epoch: number;
  readonly abort: AbortController;
  readonly done: Promise<unknown>;
}

/**
 * The only user of Pulumi in the control plane: runs a stack's program through one call of the CLI, with the state in the
 * control plane's own Postgres. Two runs of one stack never overlap in this process; across processes the lease's epoch decides.
 */
export class StackRunner {
  readonly #inFlight = new Map<string, InFlight>();
  #starting: Promise<Started> | undefined;
  #pool: RunnerPool | undefined;

  constructor(
    private readonly service: PulumiService,
    private readonly options: StackRunnerOptions,
    private readonly log: Logger,
  ) {}

  /** Starts the processes; runs that are asked for meanwhile wait. A start that failed may be tried again. */
  async start(): Promise<void> {
    this.#starting ??= this.#open();
    try {
      await this.#starting;
    } catch (error) {
      this.#starting = undefined;
      throw error;
    }
  }

  async stop(): Promise<void> {
    const started = await this.#starting?.catch(() => undefined);
    this.#starting = undefined;
    this.#pool = undefined;
    if (!started) return;
    const running = [...this.#inFlight.values()];
    for (const { abort } of running) abort.abort();
    await Promise.allSettled(running.map(({ done }) => done));
    await started.pool.stop();
    await started.listener.close();
    await started.home.remove();
  }

  /** Whether a run could start now, or after those that wait. */
  get ready(): boolean {
    return (this.#pool?.live ?? 0) > 0;
  }

  /**
   * Runs a stack. A run that fails is a result, not an exception.
   * @throws AppError when the run cannot be tried: not started, or the lease's epoch is not the newest (`lease_lost`)
   */
  async run(run: StackRun): Promise<RunResult> {
    const key = stackRefText({ organization, ...run.stack });
    for (let earlier = this.#inFlight.get(key); earlier; earlier = this.#inFlight.get(key)) {
      if (earlier.epoch >= run.lease.epoch) throw leaseLost(run.lease.subject);
      earlier.abort.abort();
      await earlier.done;
    }
    const abort = new AbortController();
    const signal = AbortSignal.any([run.signal, abort.signal]);
    const running = this.#execute({ ...run, signal, onEvent: (event) => run.onEvent(event) });
    const done = running.catch(() => undefined).then(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, { epoch: run.lease.epoch, abort, done });
    return running;
  }

  /**
   * Forgets a stack that holds nothing any more.
   * @throws AppError `stack_not_empty`
   */
  async removeStack(stack: StackId): Promise<void> {
    const found = await this.service.stackRecords.find({ organization, ...stack });
    if (!found) return;
    try {
      await this.service.updates.removeStack(found.id, false);
    } catch (error) {
      throw new AppError('conflict', 'stack_not_empty', {
        publicMessage: `The stack ${stack.project}/${stack.name} still holds resources, or a run is changing it.`,
        cause: error,
      });
    }
  }

  /** What the stack holds now, a run under way included; empty for a stack that never ran. */
  async resources(stack: StackId): Promise<ResourceGraph> {
    const found = await this.service.stackRecords.find({ organization, ...stack });
    if (!found) return { nodes: [], edges: [] };
    const { deployment } = await this.service.updates.currentState(found.id);
    return resourceGraph(deployment);
  }

  async #open(): Promise<Started> {
    const { dataDir, poolSize, childEntry, childModules } = this.options;
    const onLine = (line: string, stream: string): void => {
      this.log.info({ stream, line }, 'a stack-runner process said');
    };
    const onTrouble = (error: unknown): void => {
      this.log.error({ err: error }, 'a stack-runner process could not be replaced; trying again');
    };
    const pool = new RunnerPool(poolSize, { entry: childEntry, modules: childModules, onLine }, onTrouble);
    const pulumi = await this.options.pulumi();
    const [listener, home] = await Promise.all([listenPrivately(this.service), RunnerHome.open(dataDir)]);
    try {
      await pool.start();
    } catch (error) {
      await Promise.all([pool.stop(), listener.close(), home.remove()]);
      throw error;
    }
    this.#pool = pool;
    return { listener, home, pool, pulumi };
  }

  async #execute(run: StackRun): Promise<RunResult> {
    if (run.command === 'destroy' && (await this.#hasCutOffCreations(run.stack)))
      await this.#once({ ...run, command: 'up', refresh: false });
    return this.#once(run);
  }

  /**
   * A creation that was cut off may have had its effect, of which the state knows nothing: destroying the stack would leave it
   * behind. Creating it again adopts it, so that is done first.
   */
  async #hasCutOffCreations(stack: StackId): Promise<boolean> {
    const { nodes } = await this.resources(stack);
    return nodes.some(({ state }) => state === 'creating');
  }

  /** One call of the CLI as a span, with a span for each resource below it. */
  async #once(run: StackRun): Promise<RunResult> {
    const { command, stack, program } = run;
    const facts = {
      'pulumi.project': stack.project,
      'pulumi.stack': stack.name,
      'leasehold.program': program.name,
    };
    return inSpan(`pulumi ${command}`, facts, async (span) => {
      const spans = withResourceSpans((event) => run.onEvent(event));
      try {
        const result = await this.#call({ ...run, onEvent: spans.onEvent });
        if (result.outcome !== 'succeeded') fail(span, result.errors[0]?.message ?? result.outcome);
        return result;
      } finally {
        spans.end();
      }
    });
  }

  async #call(run: StackRun): Promise<RunResult> {
    const started = await this.#starting;
    if (!started)
      throw new AppError('unavailable', 'runner_not_started', {
        publicMessage: 'The stack runner is not started.',
        retryable: true,
      });
    const clock = new RunClock();
    let place;
    try {
      place = await started.pool.acquire(run.signal);
    } catch {
      return cancelledBeforeStart(clock);
    }
    clock.mark('queue');
    const execution = new RunExecution(run, place, {
      service: this.service,
      serviceUrl: started.listener.url,
      pulumi: started.pulumi,
      home: started.home,
      providers: {
        databaseUrl: this.options.providersDatabaseUrl,
        cell: cellOf(run),
        latency: this.options.latency,
      },
      clock,
      crowded: started.pool.full,
    });
    try {
      const result = await execution.execute();
      const { program, command } = run;
      this.options.metrics?.ended({
        ...result,
        program: program.name,
        command,
        resources: { ...result.resources },
      });
      return result;
    } catch (error) {
      if (error instanceof PulumiApiError && error.code === 409) throw leaseLost(run.lease.subject);
      throw error;
    } finally {
      started.pool.release(place, execution.clean);
    }
  }
}

function cancelledBeforeStart(clock: RunClock): RunResult {
  return {
    outcome: 'cancelled',
    resources: { created: 0, updated: 0, deleted: 0, same: 0 },
    outputs: {},
    errors: [{ message: 'The run was cancelled before it began.' }],
    retryable: false,
    timings: clock.timings(),
  };
}

function leaseLost(subject: string): AppError {
  return new AppError('conflict', 'lease_lost', {
    publicMessage: `A run with the same or a newer lease of ${subject} is under way.`,
  });
}
