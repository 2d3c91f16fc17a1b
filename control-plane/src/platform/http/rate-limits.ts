import { AppError } from '../app-error.js';
import type { Actor, Role } from '../request-context.js';
import { TokenBuckets, type Grant, type RatePolicy } from './token-buckets.js';

/** What a key of a role may ask for, unless the key has a limit of its own. */
export const roleLimits: Readonly<Record<Role, RatePolicy>> = {
  admin: { quota: 6000, windowSeconds: 60 },
  operator: { quota: 3000, windowSeconds: 60 },
  ci: { quota: 3000, windowSeconds: 60 },
  viewer: { quota: 1200, windowSeconds: 60 },
  'tenant-admin': { quota: 600, windowSeconds: 60 },
  'tenant-viewer': { quota: 600, windowSeconds: 60 },
};

/** Wrong keys from one address. Nobody guesses 256 bits, but each guess costs the database a look. */
export const wrongKeyLimit: RatePolicy = { quota: 30, windowSeconds: 60 };

const mostKeys = 10_000;
const mostAddresses = 10_000;

/** How often callers may ask, in this process; `RateLimit` and `RateLimit-Policy` tell them (draft-ietf-httpapi-ratelimit-headers-10). */
export class RateLimits {
  readonly #keys = new TokenBuckets(mostKeys);
  readonly #addresses = new TokenBuckets(mostAddresses);

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts a request. @throws AppError `rate_limited` */
  count(actor: Actor): Record<string, string> {
    const policy = actor.rateLimit ?? roleLimits[actor.role];
    const grant = this.#keys.take(actor.id, policy, this.now());
    const headers = rateHeaders(policy, grant);
    if (grant.allowed) return headers;
    throw new AppError('rate_limited', 'rate_limited', {
      publicMessage: `This key has used its ${policy.quota} requests in ${policy.windowSeconds} seconds; try again in ${grant.seconds} s.`,
      retryable: true,
      retryAfterSeconds: grant.seconds,
      logLevel: 'debug',
      headers,
    });
  }

  /** Refuses an address that has sent too many wrong keys lately. @throws AppError `rate_limited` */
  requireTrust(address: string): void {
    const { allowed, seconds } = this.#addresses.look(address, wrongKeyLimit, this.now());
    if (allowed) return;
    throw new AppError('rate_limited', 'too_many_wrong_keys', {
      publicMessage: `Too many wrong API keys came from this address; try again in ${seconds} s.`,
      retryable: true,
      retryAfterSeconds: seconds,
      logLevel: 'warn',
    });
  }

  countWrongKey(address: string): void {
    this.#addresses.take(address, wrongKeyLimit, this.now());
  }
}

function rateHeaders(
  { quota, windowSeconds }: RatePolicy,
  { remaining, seconds }: Grant,
): Record<string, string> {
  return {
    'ratelimit-policy': `"key";q=${quota};w=${windowSeconds}`,
    ratelimit: `"key";r=${remaining};t=${seconds}`,
  };
}
