export interface Backoff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/**
 * Milliseconds to wait before attempt `attempt + 1`: doubled each time, up to the longest, and between half and all of it by
 * chance, so that what failed together does not come back together.
 * @param chance from 0 to 1.
 */
export function backoffMs(attempt: number, chance: number, { firstMs, longestMs }: Backoff): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return full / 2 + (full / 2) * chance;
}
