/**
 * Lets a rate through, and as much at once as comes in two seconds. What is known only afterwards (the bytes of an answer) makes a debt,
 * which has to be paid off before anything else is let through.
 */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;

  /** @param nowMs from a clock that only goes forward. */
  constructor(
    private readonly perSecond: number,
    nowMs: number,
  ) {
    this.#tokens = this.#capacity;
    this.#filledAt = nowMs;
  }

  /** How long to wait until something may pass, in milliseconds; 0 for now. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs);
    return this.#tokens > 0 ? 0 : Math.max(1, Math.ceil(((1 - this.#tokens) / this.perSecond) * 1000));
  }

  /** Takes tokens, also more than there are. */
  take(count: number): void {
    this.#tokens -= count;
  }

  get #capacity(): number {
    return this.perSecond * 2;
  }

  #fill(nowMs: number): void {
    const gained = ((nowMs - this.#filledAt) / 1000) * this.perSecond;
    this.#tokens = Math.min(this.#capacity, this.#tokens + gained);
    this.#filledAt = nowMs;
  }
}
