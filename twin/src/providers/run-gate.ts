/** The run was given up: nothing that it still asks for may have an effect. */
export class RunClosedError extends Error {
  override readonly name = 'RunClosedError';
  constructor(runId: string) {
    super(`the run ${runId} is closed: nothing was changed`);
  }
}

/** Lets a run's work through until it is closed; then lets nothing begin and waits for what has begun. */
export class RunGate {
  readonly #closed = new AbortController();
  readonly #active = new Set<Promise<unknown>>();

  constructor(private readonly runId: string) {}

  /** @throws RunClosedError once the run is closed */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    this.check();
    const running = work();
    this.#active.add(running);
    try {
      return await running;
    } finally {
      this.#active.delete(running);
    }
  }

  /** @throws RunClosedError once the run is closed */
  check(): void {
    if (this.#closed.signal.aborted) throw new RunClosedError(this.runId);
  }

  /** Aborted when the run is closed: whoever waits before its work need not wait on. */
  get signal(): AbortSignal {
    return this.#closed.signal;
  }

  /** After this resolves, nothing of the run has an effect any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    await Promise.allSettled(this.#active);
  }
}
