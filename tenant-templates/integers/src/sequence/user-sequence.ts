import { setTimeout as wait } from 'node:timers/promises';
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import {
  applySteps,
  hasWritten,
  nextState,
  type SequenceState,
  type Step,
  type StepResult,
} from './sequence-state.js';
import type { SequenceStore } from './sequence-store.js';

export interface UserSequenceOptions {
  store: SequenceStore;
  user: string;
  /** A name that no other process has or will have. */
  writer: string;
  /** A number that this writer has not used for a write before. */
  nextRequest: () => number;
  /** How long a request may look for its outcome, in milliseconds. */
  patienceMs?: number;
  /** Requests that may wait. */
  maxWaiting?: number;
  now?: () => number;
  pause?: (ms: number) => Promise<unknown>;
}

interface Waiter {
  step: Step;
  resolve: (result: StepResult) => void;
  reject: (error: unknown) => void;
}

/** A write that was sent, and what it answers if it took effect. */
interface Attempt {
  from: SequenceState;
  to: SequenceState;
  results: StepResult[];
}

const defaultPatienceMs = 8_000;
const firstPauseMs = 4;
const longestPauseMs = 250;

/**
 * One user's sequence in this process. Requests that wait are answered by one conditional write, which names its writer
 * and its number: when its answer is lost, the row tells whether it took effect, so that no number is skipped or given twice.
 */
export class UserSequence {
  private waiting: Waiter[] = [];
  private working = false;
  /** The newest state that this process has seen: the first guess, which the conditional write checks. */
  private known: SequenceState | undefined;

  constructor(private readonly options: UserSequenceOptions) {}

  /** Whether nobody waits. */
  get idle(): boolean {
    return !this.working;
  }

  /**
   * The value after the step; undefined when it would be beyond the greatest.
   * @throws DataUnavailableError when the step was not done; OutcomeUnknownError when it may have been.
   */
  submit(step: Step): Promise<StepResult> {
    if (this.waiting.length >= (this.options.maxWaiting ?? 10_000))
      return Promise.reject(new DataUnavailableError('Too many requests of this user wait.'));
    const result = new Promise<StepResult>((resolve, reject) => this.waiting.push({ step, resolve, reject }));
    if (!this.working) void this.work();
    return result;
  }

  private async work(): Promise<void> {
    this.working = true;
    // Requests of the same turn share the first write.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      try {
        const results = await this.write(batch.map(({ step }) => step));
        batch.forEach(({ resolve }, index) => resolve(results[index]));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.working = false;
  }

  private async write(steps: readonly Step[]): Promise<StepResult[]> {
    const { store, user, writer } = this.options;
    const request = this.options.nextRequest();
    const end = this.now() + (this.options.patienceMs ?? defaultPatienceMs);
    let attempt: Attempt | undefined;
    let unsure = false;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        const guess = attempt === undefined ? this.known : undefined;
        const from = guess ?? (await store.read(user));
        if (attempt !== undefined && hasWritten(from, writer, request)) return this.done(attempt);
        // The row has moved on without the write, which cannot take effect any more; or it stands as it did, and may be asked again.
        unsure &&= attempt !== undefined && sameState(from, attempt.from);
        const plan = applySteps(from.value, steps);
        if (plan.results.includes(undefined) && guess !== undefined) {
          this.known = undefined;
          continue;
        }
        if (!plan.changes) return plan.results;
        attempt = { from, to: nextState(from, plan.value, writer, request), results: plan.results };
        if (await store.replace(user, attempt.from, attempt.to)) return this.done(attempt);
      } catch (error) {
        if (error instanceof OutcomeUnknownError) unsure = true;
        else if (!(error instanceof DataUnavailableError) || !unsure) throw error;
      }
      this.known = undefined;
      if (this.now() >= end) throw outOfPatience(unsure);
      await this.pause(pauseMs * (0.5 + Math.random()));
    }
  }

  private done({ to, results }: Attempt): StepResult[] {
    this.known = to;
    return results;
  }

  private now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }

  private pause(ms: number): Promise<unknown> {
    return (this.options.pause ?? wait)(ms);
  }
}

function sameState(one: SequenceState, other: SequenceState): boolean {
  const [last] = one.writers.slice(-1);
  const [otherLast] = other.writers.slice(-1);
  return last?.[0] === otherLast?.[0] && last?.[1] === otherLast?.[1];
}

function outOfPatience(unsure: boolean): Error {
  return unsure
    ? new OutcomeUnknownError('Whether the sequence was changed could not be found out.')
    : new DataUnavailableError('Others change this sequence all the time; try again.');
}
