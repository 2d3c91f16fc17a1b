import { AddressLimiter } from './address-limiter.js';
import { problem, type Reply } from './reply.js';
import { TokenBucket } from './token-bucket.js';

export type RateLimitBy = 'pod' | 'address';

/** The tenant's rate limit on this replica: one bucket for all, and one per client address for the routes that ask for it. */
export class RateLimit {
  private readonly ofPod: TokenBucket;
  private readonly byAddress: AddressLimiter;

  /** `now` in milliseconds, never going back. */
  constructor(perSecond: number, now: number) {
    this.ofPod = new TokenBucket(perSecond, now);
    this.byAddress = new AddressLimiter(perSecond);
  }

  /** Undefined when the request may be answered, else the refusal; `address` is asked for only where it counts. */
  refusal(by: RateLimitBy, now: number, address: () => string): Reply | undefined {
    const bucket = by === 'address' ? this.byAddress.bucketOf(address(), now) : this.ofPod;
    if (bucket.take(now)) return undefined;
    return problem(429, 'rate_limited', 'Too many requests; try again later.', {
      'retry-after': String(bucket.secondsToWait()),
    });
  }
}
