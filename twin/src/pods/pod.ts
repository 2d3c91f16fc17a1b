import { describeExit, type ChildExit } from '@leasehold/processes';
import type { Logger } from 'pino';
import { restartDelayMs, steadyAfterMs } from './back-off.js';
import { crashMessage } from './crash-message.js';
import { Endpoint } from './endpoint.js';
import { pendingWork } from './pending-work.js';
import { watchHealth } from './pod-health.js';
import type { PodLauncher, RunningPod } from './pod-launcher.js';
import type { PodPhase, PodRecord } from './pod-records.repository.js';
import type { PodTemplate } from './pod-template.js';
import { Signals } from './signals.js';
import type { StartSlots } from './start-slots.js';

export interface PodOptions {
  launcher: PodLauncher;
  slots: StartSlots;
  log: Logger;
  /** Called after each change of what others see of the pod. */
  changed: (pod: Pod) => void;
}

export type PodOrigin = Pick<
  PodRecord,
  'name' | 'uid' | 'cell' | 'namespace' | 'deployment' | 'specHash' | 'image'
>;
type Observed = Pick<PodRecord, 'phase' | 'ready' | 'message' | 'restarts'>;
type Outcome = 'slept' | 'stopped' | { ended: string } | { blocked: string };

/** A start holds its slot until the pod is ready or this long. */
const slotHoldMs = 10_000;
/** What blocks a start is looked at again this often, besides at each change in the namespace. */
const blockedRetryMs = 5_000;

/**
 * One pod: a process that is started, watched, put to sleep, woken, started again after a crash, and stopped. `ready`
 * is what the cluster sees (a sleeping pod counts); `endpoint` is there only while requests can be sent.
 */
export class Pod {
  endpoint: Endpoint | undefined;
  private observed: Observed;
  private running: RunningPod | undefined;
  private readonly signals = new Signals();
  private life: Promise<void> | undefined;
  private longestGraceMs = Infinity;
  /** Whether it is being asked what it still has to do. */
  private asked = false;

  constructor(
    readonly origin: PodOrigin,
    readonly template: PodTemplate,
    private readonly options: PodOptions,
    observed: Observed = { phase: 'Pending', ready: false, message: '', restarts: 0 },
  ) {
    this.observed = observed;
  }

  get name(): string {
    return this.origin.name;
  }
  get phase(): PodPhase {
    return this.observed.phase;
  }
  get ready(): boolean {
    return this.observed.ready;
  }
  get message(): string {
    return this.observed.message;
  }
  get stopping(): boolean {
    return this.signals.stopped;
  }
  /** Whether it can be expected to take requests soon without anyone's doing. */
  get starting(): boolean {
    const { phase, message } = this.observed;
    return !this.stopping && !this.endpoint && message === '' && (phase === 'Running' || phase === 'Pending');
  }
  /** Whether its process is stopped, or about to be, only because nobody used it. */
  get resting(): boolean {
    return !this.stopping && (this.phase === 'Asleep' || this.phase === 'Stopping');
  }

  record(): PodRecord {
    const { child, identity, port } = this.running ?? {};
    return {
      ...this.origin,
      ...this.observed,
      pid: child?.pid ?? null,
      pidStarted: identity?.startedAt ?? null,
      port: port ?? null,
    };
  }

  start(): void {
    this.life ??= this.live().catch((error: unknown) => {
      this.options.log.error({ pod: this.name, err: error }, 'The pod was given up.');
    });
  }

  /** Ends a sleep; without effect on a pod that is awake. */
  wake(): void {
    if (this.resting) this.signals.wake();
  }

  /** Ends the process of a pod that nobody uses and that has nothing left to do; it goes on counting as ready. */
  async sleep(): Promise<void> {
    const { endpoint } = this;
    if (endpoint === undefined || this.asked) return;
    const { idleMs } = endpoint;
    this.asked = true;
    const pending = await this.pendingWork(endpoint.port);
    this.asked = false;
    // A request that came meanwhile has made it younger.
    const unused = endpoint.load === 0 && endpoint.idleMs >= idleMs;
    if (pending === 0 && unused && this.endpoint === endpoint) this.signals.sleep();
  }

  /** Something in the namespace has changed: what kept the pod from starting may be there now. */
  nudge(): void {
    if (this.phase === 'Pending') this.signals.nudge();
  }

  /** Ends the pod for good, within its own grace period or the given one. Resolves when its process is gone. */
  async stop(longestGraceMs = Infinity): Promise<void> {
    this.longestGraceMs = longestGraceMs;
    this.signals.stop();
    if (this.phase !== 'Asleep') this.observe({ phase: 'Stopping' });
    await this.life;
  }

  private async pendingWork(port: number): Promise<number> {
    const probe = this.template.spec.containers[0].readinessProbe;
    if (probe === undefined) return 0;
    return pendingWork({ port, path: probe.httpGet.path, timeoutMs: probe.timeoutSeconds * 1_000 });
  }

  private async live(): Promise<void> {
    let failures = 0;
    while (!this.stopping) {
      if (this.phase === 'Asleep') {
        if (!(await this.signals.woken())) break;
        this.observe({ phase: 'Pending', message: '' });
      }
      const since = performance.now();
      const outcome = await this.run();
      if (outcome === 'stopped') break;
      if (outcome === 'slept') {
        failures = 0;
        this.observe({ phase: 'Asleep', ready: true, message: '' });
      } else if ('blocked' in outcome) {
        await this.signals.pause(blockedRetryMs);
      } else {
        failures = performance.now() - since > steadyAfterMs ? 1 : failures + 1;
        await this.afterCrash(outcome.ended, restartDelayMs(failures));
      }
    }
  }

  private async afterCrash(message: string, delayMs: number): Promise<void> {
    const restarts = this.observed.restarts + 1;
    this.options.log.warn({ pod: this.name, restarts, delayMs }, `The pod ended: ${message}`);
    // A pod that starts again at once is worth waiting for; one that is held back is not.
    const state =
      delayMs === 0
        ? ({ phase: 'Pending', message: '' } as const)
        : ({ phase: 'CrashLoopBackOff', message } as const);
    this.observe({ ...state, ready: false, restarts });
    await this.signals.pause(delayMs);
  }

  /** One life of the process, from the wait for a slot to its end. */
  private async run(): Promise<Outcome> {
    const giveBack = await this.options.slots.take();
    const hold = setTimeout(giveBack, slotHoldMs);
    try {
      if (this.stopping) return 'stopped';
      const running = await this.options.launcher.launch(this.origin, this.template);
      this.running = running;
      this.observe({ phase: 'Running', message: '' });
      const outcome = await this.untilEnd(running, giveBack);
      await this.end(running, outcome);
      return outcome;
    } catch (error) {
      return this.blocked(error);
    } finally {
      clearTimeout(hold);
      giveBack();
    }
  }

  private blocked(error: unknown): Outcome {
    const message = error instanceof Error ? error.message : String(error);
    if (message !== this.message)
      this.options.log.warn({ pod: this.name, err: error }, 'The pod cannot start yet.');
    this.observe({ phase: 'Pending', ready: false, message });
    return { blocked: message };
  }

  private async untilEnd(running: RunningPod, ready: () => void): Promise<Outcome> {
    const health = new AbortController();
    const [container] = this.template.spec.containers;
    try {
      return await new Promise<Outcome>((resolve) => {
        void running.ended.then((exit) => resolve({ ended: exitMessage(exit, running) }));
        this.signals.onRest((rest) => resolve(rest));
        const events = {
          serving: (serving: boolean, message: string): void => {
            this.serve(serving ? running : undefined, message);
            if (serving) ready();
          },
          dead: (message: string): void => resolve({ ended: message }),
        };
        void watchHealth(container, running.port, events, health.signal);
      });
    } finally {
      health.abort();
      this.signals.onRest(undefined);
    }
  }

  private serve(running: RunningPod | undefined, message: string): void {
    this.retireEndpoint();
    if (running) this.endpoint = new Endpoint(this.name, running.port, running.otherPorts);
    this.observe({ ready: running !== undefined, message });
  }

  /** No new request comes; those in hand end before the process is asked to. */
  private async end(running: RunningPod, outcome: Outcome): Promise<void> {
    const graceMs = Math.min(this.template.spec.terminationGracePeriodSeconds * 1_000, this.longestGraceMs);
    const last = this.endpoint;
    this.retireEndpoint();
    if (typeof outcome === 'string') {
      this.observe({ phase: 'Stopping' });
      await last?.drained(graceMs);
    }
    await running.child.stop(graceMs);
    await running.release();
    this.running = undefined;
  }

  private retireEndpoint(): void {
    const last = this.endpoint;
    this.endpoint = undefined;
    last?.retire();
  }

  private observe(change: Partial<Observed>): void {
    this.observed = { ...this.observed, ...change };
    this.options.changed(this);
  }
}

function exitMessage(exit: ChildExit, { log }: RunningPod): string {
  return crashMessage(describeExit(exit), log.tail());
}
