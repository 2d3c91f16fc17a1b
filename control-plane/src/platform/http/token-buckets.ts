/** So many requests in so many seconds, the whole quota at once if need be. */
export interface RatePolicy {
  readonly quota: number;
  readonly windowSeconds: number;
}

export interface Grant {
  readonly allowed: boolean;
  /** Requests that are left now. */
  readonly remaining: number;
  /** Seconds until the next request is allowed when none is left, else until the quota is whole again; rounded up. */
  readonly seconds: number;
}

interface Bucket {
  tokens: number;
  /** Milliseconds of the clock that is passed in. */
  at: number;
}

/**
 * Token buckets by name, in this process's memory: several processes each grant the quota of their own. At most `most` of
 * them are kept; the one that was used longest ago goes first, and by then it is most likely full again.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  constructor(private readonly most: number) {}

  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token if there is one. @param now milliseconds of a clock that never goes back */
  take(name: string, policy: RatePolicy, now: number): Grant {
    const bucket = this.#filled(name, policy, now);
    const allowed = bucket.tokens >= 1;
    if (allowed) bucket.tokens -= 1;
    this.#keep(name, bucket);
    return grant(allowed, bucket.tokens, policy);
  }

  /** What {@link take} would say, without taking. */
  look(name: string, policy: RatePolicy, now: number): Grant {
    const { tokens } = this.#filled(name, policy, now);
    return grant(tokens >= 1, tokens, policy);
  }

  #filled(name: string, { quota, windowSeconds }: RatePolicy, now: number): Bucket {
    const known = this.#buckets.get(name);
    if (!known) return { tokens: quota, at: now };
    const gained = ((now - known.at) / 1000) * (quota / windowSeconds);
    return { tokens: Math.min(quota, known.tokens + gained), at: now };
  }

  /** The map keeps the order of insertion: what was used last stands last. */
  #keep(name: string, bucket: Bucket): void {
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    if (this.#buckets.size <= this.most) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

function grant(allowed: boolean, tokens: number, { quota, windowSeconds }: RatePolicy): Grant {
  const missing = tokens < 1 ? 1 - tokens : quota - tokens;
  const seconds = Math.ceil((missing * windowSeconds) / quota);
  return { allowed, remaining: Math.floor(tokens), seconds: allowed ? seconds : Math.max(1, seconds) };
}
