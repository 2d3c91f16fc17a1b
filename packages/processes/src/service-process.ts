/** The child's side of a forked service: it says when it is ready, and ends cleanly when it is told to or when its parent is gone. */

/** Tells the parent that the service is ready, with facts such as its port. Without a parent (started by hand) nothing happens. */
export function announceReady(facts: Readonly<Record<string, unknown>> = {}): void {
  if (process.connected) process.send?.({ type: 'ready', ...facts });
}

export interface StopOptions {
  /** After which the process ends with code 1 even if the handler has not; 10 s. */
  readonly deadlineMs?: number;
  /** What else than the loss of the parent asks for the end. */
  readonly signals?: readonly NodeJS.Signals[];
}

/**
 * Runs the handler once, on SIGTERM, SIGINT or the loss of the parent, then ends the process: code 0, or 1 when the handler failed.
 */
export function onStop(
  handler: () => Promise<void>,
  { deadlineMs = 10_000, signals = ['SIGTERM', 'SIGINT'] }: StopOptions = {},
): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), deadlineMs).unref();
    handler().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(
          `The stop failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
        process.exit(1);
      },
    );
  };
  // Where the parent was killed, nobody reads what this process writes; that must not keep it from stopping in order.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  for (const signal of signals) process.on(signal, stop);
  process.once('disconnect', stop);
}
