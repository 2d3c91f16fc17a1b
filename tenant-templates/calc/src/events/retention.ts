/** How much of the log is kept. Pure. */
import type { Batch } from './log-store.js';

export interface Retention {
  /** The most events that are kept; undefined: no limit. */
  readonly events: number | undefined;
  /** How long an event is kept, in milliseconds; undefined: for ever. */
  readonly ms: number | undefined;
}

/**
 * What was written in this time stays in any case. A writer whose view of the log is older would find the places of trimmed batches free,
 * so it looks again long before that (`LogWriter`).
 */
export const spareMs = 60 * 60_000;

/** What else has to stay. */
export interface Needed {
  readonly now: number;
  /** The place of the next event. */
  readonly next: number;
  /** The first place that somebody still has to read: a command without a result, an event that is not published, the last batch. */
  readonly from: number;
}

/** How many of these batches, the oldest of the log in their order, need not be kept any longer. */
export function trimmable(batches: readonly Batch[], retention: Retention, needed: Needed): number {
  const { now, next, from } = needed;
  const firstKept = retention.events === undefined ? 0 : next - retention.events;
  const ageLimit = retention.ms ?? Infinity;
  // Batches are in the order of their time, so one that does not know its own is as old as a later one that does.
  return (
    batches.findLastIndex(({ first, at, events }) => {
      const end = first + events.length;
      if (at === undefined || end > from || now - at <= spareMs) return false;
      return now - at > ageLimit || end <= firstKept;
    }) + 1
  );
}
