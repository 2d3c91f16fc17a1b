/** A token bucket: `perSecond` requests on average, bursts up to one second's worth (at least one request). */
export class TokenBucket {
  private tokens: number;
  private readonly capacity: number;

  constructor(
    private readonly perSecond: number,
    private filledAt: number,
  ) {
    this.capacity = Math.max(1, perSecond);
    this.tokens = this.capacity;
  }

  /** Takes a token at time `now` (milliseconds, never going back); false when there is none. */
  take(now: number): boolean {
    const elapsed = Math.max(0, now - this.filledAt);
    this.tokens = Math.min(this.capacity, this.tokens + (elapsed * this.perSecond) / 1000);
    this.filledAt = Math.max(now, this.filledAt);
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** Whole seconds until a token will be there, for `Retry-After`. */
  secondsToWait(): number {
    return Math.max(1, Math.ceil((1 - this.tokens) / this.perSecond));
  }
}
