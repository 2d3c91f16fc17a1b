import { Interruption } from './interruption.js';

interface Limits {
  /** The work's own time. */
  readonly timeoutMs: number;
  /** How long an interrupted work may take to end before it is left alone. */
  readonly graceMs: number;
}

/**
 * Runs a piece of work under a signal that ends with the given one or with the time.
 * A work that does not listen to its signal is left behind after the grace: what it still does is stopped by its epoch.
 * @throws Interruption when the signal or the time ended it, or what the work throws.
 */
export async function within<T>(
  outer: AbortSignal,
  limits: Limits,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const time = new AbortController();
  const timer = setTimeout(() => {
    time.abort(new Interruption('timeout'));
  }, limits.timeoutMs);
  const signal = AbortSignal.any([outer, time.signal]);
  let grace: NodeJS.Timeout | undefined;
  const leftBehind = new Promise<never>((_, reject) => {
    const onAbort = (): void => {
      grace = setTimeout(() => {
        reject(asError(signal.reason));
      }, limits.graceMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([work(signal), leftBehind]);
  } catch (error) {
    throw signal.aborted ? asError(signal.reason) : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(grace);
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
