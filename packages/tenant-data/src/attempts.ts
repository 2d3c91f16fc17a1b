import { setTimeout as wait } from 'node:timers/promises';
import type { OutcomeUnknownError } from './data-errors.js';
import { judgeFailure } from './grpc-failure.js';

const firstRetryMs = 25;
const longestRetryMs = 1000;

/** A call that is given the time it may take, in milliseconds. */
export type TimedCall<T> = (timeoutMs: number) => Promise<T>;

/**
 * Makes a call once.
 * @throws OutcomeUnknownError, for a write; DataUnavailableError; the client's error for a fault of the program.
 */
export async function attemptOnce<T>(
  kind: 'read' | 'write',
  deadlineMs: number,
  call: TimedCall<T>,
): Promise<T> {
  try {
    return await call(deadlineMs);
  } catch (error) {
    throw judgeFailure(error, kind).error;
  }
}

/**
 * Makes a call that may be repeated, until it succeeds or the deadline is near.
 * @throws OutcomeUnknownError when any attempt to write may have been applied; DataUnavailableError; the client's error for a fault of the program.
 */
export async function attemptUntilDeadline<T>(
  kind: 'read' | 'write',
  deadlineMs: number,
  call: TimedCall<T>,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  let doubt: OutcomeUnknownError | undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(Math.max(1, deadline - performance.now()));
    } catch (error) {
      const failure = judgeFailure(error, kind);
      if (failure.kind === 'fault') throw failure.error;
      if (failure.kind === 'unknown') doubt = failure.error;
      const asked = failure.kind === 'unavailable' ? (failure.retryAfterMs ?? 0) : 0;
      const delayMs = Math.max(asked, backOffMs(attempt));
      if (performance.now() + delayMs >= deadline) throw doubt ?? failure.error;
      await wait(delayMs);
    }
  }
}

/** Doubles each time, with up to half of it left to chance, so that pods that failed together do not come back together. */
function backOffMs(attempt: number): number {
  const full = Math.min(longestRetryMs, firstRetryMs * 2 ** attempt);
  return full * (0.5 + Math.random() / 2);
}
