/**
 * How many numbers to reserve at once. A replica that is asked now and then reserves one at a time, so that a crash
 * wastes nothing; one that is asked all the time reserves so many that the store is written a few times a second.
 */
export interface Demand {
  /** The size of the reservation before. */
  size: number;
  /** How long that one lasted, in milliseconds; Infinity before the first. */
  lastedMs: number;
  /** Requests that wait for a number now. */
  waiting: number;
}

/** Used up faster than this, the next block is larger. */
const tooShortMs = 125;
/** Lasted longer than this, the next block is smaller. */
const tooLongMs = 1_000;
/** One step of growth: from 1 to 10,000 in five steps. Not above long/short, or the size would swing for ever. */
const growth = 8;

/** The size of the next reservation: between 1 and `max`, and enough for all who wait as far as `max` allows. */
export function nextBlockSize({ size, lastedMs, waiting }: Demand, max: number): number {
  const wanted = Math.max(adapted(size, lastedMs), waiting, 1);
  return Math.min(wanted, max);
}

function adapted(size: number, lastedMs: number): number {
  if (lastedMs < tooShortMs) return size * growth;
  if (lastedMs > tooLongMs * growth) return 1;
  if (lastedMs > tooLongMs) return Math.ceil(size / growth);
  return size;
}
