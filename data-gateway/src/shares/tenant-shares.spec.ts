import { describe, expect, test } from 'vitest';
import { GrpcError, Status } from '../grpc/grpc-error.js';
import { TenantShares } from './tenant-shares.js';

const share = { callsPerSecond: 10, bytesPerSecond: 1000, weight: 1 };

describe("a tenant's share", () => {
  const at = { ms: 0 };
  const sharesAt = (): TenantShares => {
    at.ms = 0;
    return new TenantShares(() => at.ms);
  };
  /** How many of a hundred calls are let in. */
  const admitted = (shares: TenantShares, tenant: string, bytes = 1): number => {
    let count = 0;
    for (let index = 0; index < 100; index++) {
      try {
        void shares.enter(tenant, share, bytes);
        count++;
      } catch (error) {
        expect(error).toMatchObject({ status: Status.resourceExhausted, facts: { nothingApplied: true } });
      }
    }
    return count;
  };

  test('is two seconds of calls at once, then its rate, and nobody else is touched by it', () => {
    const shares = sharesAt();
    expect(admitted(shares, 'a')).toBe(20);
    expect(admitted(shares, 'b')).toBe(20);
    at.ms = 1000;
    expect(admitted(shares, 'a')).toBe(10);
  });

  test('counts bytes of requests, and of answers when they are known', () => {
    const shares = sharesAt();
    expect(admitted(shares, 'a', 500)).toBe(4);
    expect(admitted(shares, 'b')).toBe(20);
    at.ms = 10_000;
    void shares.enter('b', share, 1);
    shares.answered('b', 5000);
    const refused = (): unknown => shares.enter('b', share, 1);
    expect(refused).toThrow(GrpcError);
    at.ms = 14_000;
    expect(refused).not.toThrow();
  });

  test('is not filled up again when the same share is read anew, and is when the plan gives more', () => {
    const shares = sharesAt();
    expect(admitted(shares, 'a')).toBe(20);
    expect(() => shares.enter('a', { ...share }, 1)).toThrow(GrpcError);
    expect(() => shares.enter('a', { ...share, callsPerSecond: 11 }, 1)).not.toThrow();
  });

  test('tells when to come again', () => {
    const shares = sharesAt();
    admitted(shares, 'a');
    try {
      void shares.enter('a', share, 1);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ facts: { retryAfterMs: 100 } });
      at.ms = 100;
      expect(admitted(shares, 'a')).toBe(1);
    }
  });
});
