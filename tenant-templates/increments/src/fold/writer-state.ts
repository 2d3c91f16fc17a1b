/** What is known of a writer's queue: how far it is folded, and which replica folds it. */
import * as z from 'zod/mini';

const whole = z.number().check(z.int(), z.minimum(0));
const stored = z.object({
  /** Batches up to this number are in their totals, and are never looked at again. */
  folded: whole,
  /** Drawn anew each time that a replica takes the queue. */
  lease: z.string(),
  /** Milliseconds since 1970 by the clock of the replica that has the lease. */
  until: whole,
});

export type WriterState = z.infer<typeof stored>;

/** A replica that has not renewed its lease for so long is taken for dead. */
export const leaseMs = 4_000;
/** A queue that nobody has taken is its own writer's for so long. */
const ownersTurnMs = 2_500;
/** After so long a writer cannot have a write under way, and its row may go. */
const retiredAfterMs = 24 * 3_600_000;

/** Whether a replica may take a queue whose oldest batch was accepted at `headAt`. */
export function mayTake(
  state: WriterState | undefined,
  { isOwn, headAt, now }: { isOwn: boolean; headAt: number; now: number },
): boolean {
  if (state === undefined) return isOwn || now - headAt > ownersTurnMs;
  return now > state.until;
}

export function isRetired({ until }: WriterState, now: number): boolean {
  return now - until > retiredAfterMs;
}

export function encodeWriter(state: WriterState): string {
  return JSON.stringify(state);
}

/** @throws Error for text that no version of this program has written. */
export function decodeWriter(text: string): WriterState {
  return stored.parse(JSON.parse(text));
}
