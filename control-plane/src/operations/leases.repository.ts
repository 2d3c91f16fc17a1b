import { rows, type Tx } from '../platform/unit-of-work.js';
import type { Lease } from './saga.js';

/** A worker did something with a lease that is no longer its own; nothing of it was written. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
  constructor(lease: Lease) {
    super(`The lease of ${lease.subject} has moved on from epoch ${lease.epoch}.`);
  }
}

/** How long a lease lasts, and how long a worker whose session is gone must have been silent before it counts as dead. */
export interface LeaseTerms {
  readonly ttlMs: number;
  readonly silenceMs: number;
}

/**
 * Leases: one mutating operation a subject. The epoch only grows, and a row stays for ever, so that it keeps growing.
 * All times are the database's (`clock_timestamp()`: a transaction may have waited since `now()`).
 */
export class LeasesRepository {
  constructor(private readonly terms: LeaseTerms) {}

  /** The lease with a new epoch, or undefined while somebody else holds it. */
  async acquire(tx: Tx, subject: string, holder: string, operationId: string): Promise<Lease | undefined> {
    const [row] = await rows<{ epoch: string }>(
      tx,
      `insert into leasehold.leases as l (subject, epoch, holder, operation_id, expires_at)
       values ($1, 1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond')
       on conflict (subject) do update
         set epoch = l.epoch + 1, holder = excluded.holder, operation_id = excluded.operation_id,
             expires_at = excluded.expires_at
         where leasehold.lease_is_free(l, $4, $5)
       returning epoch`,
      [subject, holder, operationId, this.terms.ttlMs, this.terms.silenceMs],
    );
    return row && { subject, epoch: Number(row.epoch) };
  }

  /**
   * Proves that the lease is still the newest, and keeps it so until this transaction ends.
   * @throws LeaseLostError
   */
  async fence(tx: Tx, lease: Lease): Promise<void> {
    const held = await rows(
      tx,
      `select 1 from leasehold.leases where subject = $1 and epoch = $2 for no key update`,
      [lease.subject, lease.epoch],
    );
    if (held.length === 0) throw new LeaseLostError(lease);
  }

  /** Gives the lease back; somebody else's later one is left alone. */
  async release(tx: Tx, lease: Lease): Promise<void> {
    await rows(
      tx,
      `update leasehold.leases set holder = null, expires_at = clock_timestamp() where subject = $1 and epoch = $2`,
      [lease.subject, lease.epoch],
    );
  }
}
