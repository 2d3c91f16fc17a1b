/** A service that ran this long, in milliseconds, is healthy: its next crash counts as the first. */
export const healthyAfterMs = 60_000;

const firstMs = 250;
const longestMs = 30_000;

/** How long to wait before a crashed service is started again, in milliseconds: doubled with each crash in a row, at most 30 s. */
export function restartDelay(crashesInARow: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(crashesInARow - 1, 20));
}

/** The number of crashes in a row after one more. */
export function countCrash(before: number, ranMs: number): number {
  return ranMs >= healthyAfterMs ? 1 : before + 1;
}
