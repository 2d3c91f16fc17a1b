/** How often to look for something that will come, and for how long. */
export interface Polling {
  readonly firstMs: number;
  readonly longestMs: number;
  readonly deadlineMs: number;
}

/** A page comes up within milliseconds on the twin, so looking often at first costs little and waiting costs much. */
export const quickPolling: Polling = { firstMs: 10, longestMs: 500, deadlineMs: 60_000 };
