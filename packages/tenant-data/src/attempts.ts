import { setTimeout as wait } from 'node:timers/promises';
import type { CallGate } from './call-gate.js';
import type { OutcomeUnknownError } from './data-errors.js';
import { judgeFailure, type Failure } from './grpc-failure.js';

const firstRetryMs = 25;
const longestRetryMs = 1000;

/** What is called. */
export interface DataCall {
  readonly name: string;
  readonly table: string;
  readonly kind: 'read' | 'write';
  /** Of the request, roughly. */
  readonly bytes: number;
}

/** What became of a call, with its repetitions: for metrics. */
export interface ObservedCall extends DataCall {
  readonly outcome: 'ok' | Failure['kind'];
  readonly attempts: number;
  readonly seconds: number;
}

/** A call that is given the time it may take, in milliseconds. */
export type TimedCall<T> = (timeoutMs: number) => Promise<T>;

export interface AttemptsOptions {
  readonly gate: CallGate;
  readonly deadlineMs: number;
  readonly observe?: ((call: ObservedCall) => void) | undefined;
}

/** Makes calls inside the deadline, as many at a time as the gate lets through. */
export class Attempts {
  constructor(private readonly options: AttemptsOptions) {}

  /**
   * Makes a call once.
   * @throws OutcomeUnknownError, for a write; DataUnavailableError; the client's error for a fault of the program.
   */
  once<T>(call: DataCall, make: TimedCall<T>): Promise<T> {
    return this.#run(call, make, false);
  }

  /**
   * Makes a call that may be repeated, until it succeeds or the deadline is near.
   * @throws OutcomeUnknownError when any attempt to write may have been applied; DataUnavailableError; the client's error for a fault of the program.
   */
  untilDeadline<T>(call: DataCall, make: TimedCall<T>): Promise<T> {
    return this.#run(call, make, true);
  }

  async #run<T>(call: DataCall, make: TimedCall<T>, repeat: boolean): Promise<T> {
    const began = performance.now();
    const deadline = began + this.options.deadlineMs;
    let doubt: OutcomeUnknownError | undefined;
    for (let attempt = 0; ; attempt++) {
      try {
        const answer = await this.options.gate.run(
          call.bytes,
          Math.max(1, deadline - performance.now()),
          make,
        );
        this.#observe(call, 'ok', attempt, began);
        return answer;
      } catch (error) {
        const failure = judgeFailure(error, call.kind);
        if (failure.kind === 'unknown') doubt = failure.error;
        const delayMs = Math.max(retryAfterMs(failure), backOffMs(attempt));
        if (!repeat || failure.kind === 'fault' || performance.now() + delayMs >= deadline) {
          const told = failure.kind === 'fault' ? failure.error : (doubt ?? failure.error);
          this.#observe(call, told === doubt ? 'unknown' : failure.kind, attempt, began);
          throw told;
        }
        await wait(delayMs);
      }
    }
  }

  #observe(call: DataCall, outcome: ObservedCall['outcome'], attempt: number, began: number): void {
    const seconds = (performance.now() - began) / 1000;
    this.options.observe?.({ ...call, outcome, attempts: attempt + 1, seconds });
  }
}

function retryAfterMs(failure: Failure): number {
  return failure.kind === 'unavailable' ? (failure.retryAfterMs ?? 0) : 0;
}

/** Doubles each time, with up to half of it left to chance, so that pods that failed together do not come back together. */
function backOffMs(attempt: number): number {
  const full = Math.min(longestRetryMs, firstRetryMs * 2 ** attempt);
  return full * (0.5 + Math.random() / 2);
}
