import { GrpcError, Status } from '../grpc/grpc-error.js';
import { FairQueue, type Leave } from './fair-queue.js';
import { sameShare, type Share } from './share.js';
import { TokenBucket } from './token-bucket.js';

/** So many calls keep emulator and log busy; more would only wait there, and not in the order of shares. */
const places = 128;
const maxWaiting = 2000;
const maxStayMs = 1000;
/** A call costs as much as this many bytes. */
const bytesPerCall = 4096;
/** When to come again for a tenant of which too many calls wait. */
const crowdedMs = 250;

interface Buckets {
  readonly share: Share;
  readonly calls: TokenBucket;
  readonly bytes: TokenBucket;
}

/** Keeps each tenant to its share: a rate of calls and bytes, and its turn while the gateway is busy. */
export class TenantShares {
  readonly #queue: FairQueue;
  readonly #buckets = new Map<string, Buckets>();

  constructor(
    private readonly now: () => number = () => performance.now(),
    queue: Partial<ConstructorParameters<typeof FairQueue>[0]> = {},
  ) {
    this.#queue = new FairQueue({ places, maxWaiting, maxStayMs, now, ...queue });
  }

  /**
   * Lets a call in; no promise when there is a free place, which is the case for nearly every call.
   * @throws GrpcError RESOURCE_EXHAUSTED, with when to try again, beyond the tenant's share.
   */
  enter(tenantId: string, share: Share, bytes: number): Leave | Promise<Leave> {
    const { calls, bytes: volume } = this.#bucketsOf(tenantId, share);
    const now = this.now();
    const waitMs = Math.max(calls.waitMs(now), volume.waitMs(now));
    if (waitMs > 0) throw exhausted('The tenant has used up its share of calls or bytes.', waitMs);
    const place = this.#queue.enter(tenantId, share.weight, 1 + bytes / bytesPerCall);
    if (!place) throw exhausted('Too many calls of the tenant wait already.', crowdedMs);
    calls.take(1);
    volume.take(bytes);
    return place;
  }

  /** Counts what a call has answered. */
  answered(tenantId: string, bytes: number): void {
    this.#buckets.get(tenantId)?.bytes.take(bytes);
    this.#queue.charge(tenantId, bytes / bytesPerCall);
  }

  #bucketsOf(tenantId: string, share: Share): Buckets {
    const known = this.#buckets.get(tenantId);
    if (known && sameShare(known.share, share)) return known;
    const now = this.now();
    const buckets = {
      share,
      calls: new TokenBucket(share.callsPerSecond, now),
      bytes: new TokenBucket(share.bytesPerSecond, now),
    };
    this.#buckets.set(tenantId, buckets);
    return buckets;
  }
}

function exhausted(message: string, retryAfterMs: number): GrpcError {
  return new GrpcError(Status.resourceExhausted, message, { nothingApplied: true, retryAfterMs });
}
