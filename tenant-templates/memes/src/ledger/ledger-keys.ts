/** Where the ledger's rows are: `shard`, `lease`, `account`, `movements` and `request` below the tenant's prefix. */
import { fromSortable, rowKey, rowKeyParts, sortable } from '@leasehold/tenant-data';

const dayMs = 24 * 60 * 60 * 1000;
const clockSkewMs = 5 * 60 * 1000;
const last = BigInt(Number.MAX_SAFE_INTEGER);

/** A number that sorts the greatest first. */
export const descending = (value: number): string => sortable(last - BigInt(value));

/** The number that {@link descending} was given. */
export const ascending = (text: string): number => Number(last - fromSortable(text));

export class LedgerKeys {
  constructor(private readonly prefix: string) {}

  /** The journal of a shard. */
  shard(index: number): string {
    return rowKey(this.prefix, 'shard', sortable(index));
  }

  /** Which replica writes to a shard. */
  lease(index: number): string {
    return rowKey(this.prefix, 'lease', sortable(index));
  }

  /** The account's state as of its last settlement. */
  account(name: string): string {
    return rowKey(this.prefix, 'account', name);
  }

  /** The account that a row of `account` is of. */
  accountName(key: string): string {
    return rowKeyParts(this.prefix, key)[1] ?? '';
  }

  /** Settled movements, the newest page first; pages may overlap. */
  movements(name: string, newest: number, oldest: number): string {
    return rowKey(this.prefix, 'movements', name, descending(newest), sortable(oldest));
  }

  /** From the pages that may hold movements up to `newest` to the last one. */
  movementsFrom(name: string, newest: number): { readonly start: string; readonly end: string } {
    const all = rowKey(this.prefix, 'movements', name);
    return { start: `${all}#${descending(newest)}`, end: `${all}$` };
  }

  /** A request that was answered on that day. */
  request(day: number, account: string, key: string): string {
    return rowKey(this.prefix, 'request', sortable(day), account, key);
  }

  /** Where a request is looked for: kept for a day at least, two at most. The clocks of replicas differ a little at midnight. */
  recentRequest(now: number, account: string, key: string): string[] {
    const days = new Set([dayOf(now + clockSkewMs), dayOf(now), dayOf(now) - 1]);
    return [...days].map((day) => this.request(day, account, key));
  }

  /** Requests that are older than anyone looks for. */
  oldRequests(now: number): { readonly start: string; readonly end: string } {
    const all = rowKey(this.prefix, 'request');
    return { start: `${all}#`, end: `${all}#${sortable(dayOf(now) - 1)}` };
  }

  allAccounts(): { readonly start: string; readonly end: string } {
    const all = rowKey(this.prefix, 'account');
    return { start: `${all}#`, end: `${all}$` };
  }
}

/** Days since 1970. */
export function dayOf(epochMs: number): number {
  return Math.floor(epochMs / dayMs);
}

/** The shard of an account: the same for ever, in every replica. FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
export function shardOf(account: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < account.length; index++) {
    hash = Math.imul(hash ^ account.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % shards;
}
