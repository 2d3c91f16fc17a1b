import { TokenBucket } from './token-bucket.js';

/** Addresses that are remembered; a bucket is about 100 bytes. */
const mostAddresses = 20_000;

/** A rate limit per client address. The addresses asked for longest ago are forgotten first: their buckets are full again, or nearly. */
export class AddressLimiter {
  private readonly buckets = new Map<string, TokenBucket>();

  constructor(
    private readonly perSecond: number,
    private readonly most = mostAddresses,
  ) {}

  /** The bucket of an address at time `now` (milliseconds, never going back). */
  bucketOf(address: string, now: number): TokenBucket {
    const known = this.buckets.get(address);
    const bucket = known ?? new TokenBucket(this.perSecond, now);
    if (known !== undefined) this.buckets.delete(address);
    else if (this.buckets.size >= this.most) this.forgetOldest();
    this.buckets.set(address, bucket);
    return bucket;
  }

  private forgetOldest(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
