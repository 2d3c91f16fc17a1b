import * as z from 'zod/mini';
import { LedgerCorruptError } from './account.js';

/**
 * Which replica writes to a shard, so that replicas do not outrun each other. It is a courtesy: every write is on the condition of the
 * shard's version, so two that believe to lead waste time and nothing else.
 */
const leaseSchema = z.object({
  /** The replica's own name, new with each start. */
  holder: z.string(),
  /** Where it takes forwards, such as `http://10.0.0.7:8080`. */
  address: z.string(),
  /** By which it knows that a forward comes from one who can read the tenant's rows. */
  secret: z.string(),
  /** Milliseconds since 1970; 0 when it was given up. */
  until: z.number(),
  /** A version that the shard had when this was written. */
  version: z.number(),
});

export type Lease = Readonly<z.infer<typeof leaseSchema>>;

/** A replica's own part of the leases that it takes. */
export type Holder = Pick<Lease, 'holder' | 'address' | 'secret'>;

/** How long a lease is good for, in milliseconds; renewed in its second half, and only by a replica that has something to write. */
export const leaseMs = 3_000;

/** @throws LedgerCorruptError when the bytes are not what this ledger writes. */
export function parseLease(bytes: Uint8Array): Lease {
  try {
    return leaseSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw new LedgerCorruptError('The lease of a shard cannot be read.', { cause });
  }
}

export type Standing =
  /** No lease is good any more: whoever comes first may take it. */
  | { readonly kind: 'free' }
  | { readonly kind: 'mine'; readonly renew: boolean }
  | { readonly kind: 'other'; readonly lease: Lease };

/** How a replica stands to a lease. */
export function standingOf(lease: Lease | undefined, holder: string, now: number): Standing {
  if (lease === undefined || lease.until <= now) return { kind: 'free' };
  if (lease.holder !== holder) return { kind: 'other', lease };
  return { kind: 'mine', renew: lease.until - now < leaseMs / 2 };
}

/**
 * Whether a leader hands a shard to the one who sent it a forward: then the difference between the two gets smaller.
 * @param leads shards that it leads; @param other how many the other one says that it leads.
 */
export function handsOver(leads: number, other: number): boolean {
  return leads >= other + 2;
}
