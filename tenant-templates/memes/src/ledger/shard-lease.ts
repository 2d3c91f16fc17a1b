import { leaseMs, standingOf, type Holder, type Lease } from './lease.js';
import type { LeaseStore, StoredLease } from './lease-store.js';

export interface ShardLeaseOptions {
  readonly store: LeaseStore;
  readonly holder: Holder;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The version of the shard that this replica knows. */
  readonly version: () => number;
  /** The lease could not be read or written; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/** How long one that has handed a lease over leaves it to others. */
const standBackMs = 2 * leaseMs;
const longestDistrustMs = 60_000;
/** After the lease could not be read or written. */
const retryMs = 1_000;

/** One shard's lease, as one replica takes it, keeps it and gives it up. */
export class ShardLease {
  private stored: StoredLease | undefined;
  private underWay: Promise<Lease | undefined> | undefined;
  /** Until then this replica writes to the shard whoever leads: the leader does not answer. */
  private competesUntil = 0;
  private distrustMs = leaseMs;
  private standsBackUntil = 0;

  constructor(
    private readonly index: number,
    private readonly options: ShardLeaseOptions,
  ) {}

  /** Whether this replica leads. */
  get leads(): boolean {
    return standingOf(this.stored?.lease, this.options.holder.holder, this.options.now()).kind === 'mine';
  }

  /** The lease of the replica to forward to; undefined when this one writes itself, as leader or because nobody else can be reached. */
  leader(): Lease | undefined | Promise<Lease | undefined> {
    const now = this.options.now();
    if (now < this.competesUntil) return undefined;
    const standing = standingOf(this.stored?.lease, this.options.holder.holder, now);
    if (standing.kind === 'other') return standing.lease;
    if (standing.kind === 'free') return this.claim();
    if (standing.renew) void this.claim();
    return undefined;
  }

  /** The leader has answered. */
  trust(): void {
    this.distrustMs = leaseMs;
  }

  /** The leader cannot be reached: for a time, longer each time, this replica writes beside it. */
  distrust(): void {
    this.competesUntil = this.options.now() + this.distrustMs;
    this.distrustMs = Math.min(longestDistrustMs, 2 * this.distrustMs);
  }

  /** The leader has handed the shard to this replica. */
  take(): Promise<Lease | undefined> {
    this.stored = undefined;
    this.standsBackUntil = 0;
    return this.claim();
  }

  /** Gives the lease up. @returns whether that is stored; if not, it ends by itself. */
  async giveUp(): Promise<boolean> {
    const { store, now } = this.options;
    const { stored } = this;
    if (stored === undefined || !this.leads) return false;
    this.standsBackUntil = now() + standBackMs;
    try {
      this.stored = await store.replace(this.index, stored, { ...stored.lease, until: 0 });
    } catch (error) {
      // Nobody waits for it: unless it is renewed, it ends soon.
      this.stored = undefined;
      this.options.onFailure(error);
    }
    return this.stored !== undefined;
  }

  private claim(): Promise<Lease | undefined> {
    this.underWay ??= this.claimed().finally(() => (this.underWay = undefined));
    return this.underWay;
  }

  /** Without the rows there is no lease; whether there is a ledger is for the write to find out. */
  private async claimed(): Promise<Lease | undefined> {
    try {
      const first = await this.attempt();
      const last = first === 'lost' ? await this.attempt() : first;
      return last === 'lost' ? undefined : last;
    } catch (error) {
      this.stored = undefined;
      this.competesUntil = this.options.now() + retryMs;
      this.options.onFailure(error);
      return undefined;
    }
  }

  private async attempt(): Promise<Lease | undefined | 'lost'> {
    const { store, holder, now, version } = this.options;
    const before = this.leads ? this.stored : await store.read(this.index);
    const standing = standingOf(before?.lease, holder.holder, now());
    if (standing.kind === 'other') {
      this.stored = before;
      return standing.lease;
    }
    if (now() < this.standsBackUntil) return undefined;
    const lease = { ...holder, until: now() + leaseMs, version: version() };
    this.stored = await store.replace(this.index, before, lease);
    return this.stored === undefined ? 'lost' : undefined;
  }
}
