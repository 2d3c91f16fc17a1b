/**
 * Something that somebody else changes and that is asked for only while it is used: kept for a while, one question at a
 * time, the last good answer stays while nobody answers.
 */
export interface RefreshedOptions<T> {
  /** The newest value, or that it is the one of the last answer. */
  fetch: () => Promise<T | 'unchanged'>;
  /** Older than this, in milliseconds, it is asked for again before it is used. */
  freshMs: number;
  /** Milliseconds, never going back. */
  now: () => number;
  /** Told once a reason. */
  onFailure: (reason: string) => void;
}

/** Strangers name things that do not exist: they cost one question in this time. */
const pauseAfterMissMs = 5_000;
const pauseAfterFailureMs = 1_000;

export class Refreshed<T extends object> {
  /** Goes up with each change, so that what followed from an earlier value is not believed any more. */
  generation = 0;
  private current: T | undefined;
  private freshUntil = -Infinity;
  private retryAt = -Infinity;
  private missAllowedAt = -Infinity;
  private inFlight: Promise<void> | undefined;
  private lastFailure: string | undefined;

  constructor(private readonly options: RefreshedOptions<T>) {}

  /** The value, asked for again when it is old; undefined when nobody has ever answered. */
  async value(): Promise<T | undefined> {
    const now = this.options.now();
    const due = now >= this.freshUntil && (now >= this.retryAt || this.inFlight !== undefined);
    if (due) await this.refresh();
    return this.current;
  }

  /** The value after one more question, for something that was not in it; undefined when it was asked for just now. */
  async afterMiss(): Promise<T | undefined> {
    const now = this.options.now();
    if (this.inFlight === undefined) {
      if (now < this.missAllowedAt) return undefined;
      this.missAllowedAt = now + pauseAfterMissMs;
    }
    await this.refresh();
    return this.current;
  }

  private refresh(): Promise<void> {
    this.inFlight ??= this.ask().finally(() => (this.inFlight = undefined));
    return this.inFlight;
  }

  private async ask(): Promise<void> {
    try {
      const answer = await this.options.fetch();
      if (answer !== 'unchanged') this.take(answer);
      this.freshUntil = this.options.now() + this.options.freshMs;
      this.lastFailure = undefined;
    } catch (error) {
      this.retryAt = this.options.now() + pauseAfterFailureMs;
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.lastFailure) this.options.onFailure(reason);
      this.lastFailure = reason;
    }
  }

  private take(answer: T): void {
    if (this.current !== undefined && JSON.stringify(answer) === JSON.stringify(this.current)) return;
    this.current = answer;
    this.generation += 1;
  }
}
