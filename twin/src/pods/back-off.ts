const firstMs = 500;
const longestMs = 60_000;

/** A pod that ran this long before it ended starts counting its failures anew. */
export const steadyAfterMs = 60_000;

/** Milliseconds until the next start after this many failures in a row: at once after the first, then doubling up to a minute. */
export function restartDelayMs(failures: number): number {
  return failures <= 1 ? 0 : Math.min(longestMs, firstMs * 2 ** (failures - 2));
}
