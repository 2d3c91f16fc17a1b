import type { TenantData } from '@leasehold/tenant-data';
import { parseLease, type Lease } from './lease.js';
import type { LedgerKeys } from './ledger-keys.js';

const table = 'memes';
const column = 'm:lease';

/** A lease, and its bytes as they are stored, which the next one replaces. */
export interface StoredLease {
  readonly lease: Lease;
  readonly bytes: Uint8Array;
}

/** The rows of the leases, one for each shard. Calls reject with the errors of `@leasehold/tenant-data`. */
export class LeaseStore {
  constructor(
    private readonly data: Pick<TenantData, 'get' | 'checkAndMutate'>,
    private readonly keys: LedgerKeys,
  ) {}

  async read(shard: number): Promise<StoredLease | undefined> {
    const row = await this.data.get(table, this.keys.lease(shard));
    const bytes = row?.cells.get(column);
    return bytes && { lease: parseLease(bytes), bytes };
  }

  /** Puts a lease in the place of the one that was read. @returns it, or undefined when another replica was first. */
  async replace(
    shard: number,
    before: StoredLease | undefined,
    lease: Lease,
  ): Promise<StoredLease | undefined> {
    const bytes = Buffer.from(JSON.stringify(lease));
    const condition = { column, equals: before?.bytes } as const;
    const then = [{ set: column, value: bytes }] as const;
    const replaced = await this.data.checkAndMutate(table, this.keys.lease(shard), condition, { then });
    return replaced ? { lease, bytes } : undefined;
  }
}
