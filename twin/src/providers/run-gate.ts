/** The run was given up: nothing that it still asks for may have an effect. */
export class RunClosedError extends Error {
  override readonly name = 'RunClosedError';
  constructor(runId: string) {
    super(`the run ${runId} is closed: nothing was changed`);
  }
}

/** Lets a run's work through until it is closed; then lets nothing begin and waits for what has begun. */
export class RunGate {
  #closed = false;
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
    if (this.#closed) throw new RunClosedError(this.runId);
  }

  /** After this resolves, nothing of the run has an effect any more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#active);
  }
}
