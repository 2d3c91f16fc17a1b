import { describe, expect, it } from 'vitest';
import { AddressLimiter } from './address-limiter.js';
import { RateLimit } from './rate-limit.js';

describe('the rate limit by address', () => {
  it('counts each address on its own', () => {
    const limit = new RateLimit(2, 0);
    const ask = (address: string) => limit.refusal('address', 0, () => address)?.status;
    expect([ask('a'), ask('a'), ask('a'), ask('b')]).toEqual([undefined, undefined, 429, undefined]);
  });

  it('does not ask for the address where it counts everybody together', () => {
    const limit = new RateLimit(1, 0);
    const never = (): string => {
      throw new Error('asked');
    };
    expect(limit.refusal('pod', 0, never)).toBeUndefined();
    expect(limit.refusal('pod', 0, never)?.headers?.['retry-after']).toBe('1');
  });

  it('forgets the address asked for longest ago, so that strangers cannot fill the memory', () => {
    const limiter = new AddressLimiter(1, 2);
    const [a, b] = [limiter.bucketOf('a', 0), limiter.bucketOf('b', 0)];
    expect(limiter.bucketOf('a', 0)).toBe(a);
    limiter.bucketOf('c', 0);
    expect(limiter.bucketOf('a', 0)).toBe(a);
    expect(limiter.bucketOf('b', 0)).not.toBe(b);
  });
});
