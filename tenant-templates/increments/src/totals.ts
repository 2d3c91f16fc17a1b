import { DataUnavailableError } from '@leasehold/tenant-data';
import type { IncrementsStore } from './rows/increments-store.js';

/** The sum that a reader sees is at most this far behind. */
const staleMs = 10_000;
/** The queues are looked at once for all who ask within this time. */
const knownMs = 500;

export interface TotalsOptions {
  store: IncrementsStore;
  /** Folds what can be folded. */
  foldNow: () => Promise<void>;
  now?: () => number;
}

/** What readers are told of the totals, and as of when. */
export class Totals {
  private known = { asOf: -Infinity, at: -Infinity };
  private asking: Promise<number> | undefined;
  private readonly now: () => number;

  constructor(private readonly options: TotalsOptions) {
    this.now = options.now ?? Date.now;
  }

  /**
   * The total of a key, with all increments that were durable at `asOf` (milliseconds since 1970); undefined for a key without any.
   * @throws DataUnavailableError also when the total is too far behind and cannot be brought forward.
   */
  async read(key: string): Promise<{ value: bigint; asOf: number } | undefined> {
    // First the time, then the total: what is folded in between is in it.
    const asOf = await this.freshEnough();
    const stored = (await this.options.store.totals([key])).get(key);
    return stored === undefined || stored.total.value === 0n
      ? undefined
      : { value: stored.total.value, asOf };
  }

  /** Seconds between the oldest increment that is not folded and now, as last seen. */
  get lagSeconds(): number {
    return this.known.at === -Infinity ? 0 : Math.max(0, this.known.at - this.known.asOf) / 1000;
  }

  private async freshEnough(): Promise<number> {
    const asOf = await this.asOf();
    if (this.isFresh(asOf)) return asOf;
    await this.options.foldNow();
    this.known = { asOf: -Infinity, at: -Infinity };
    const later = await this.asOf();
    if (this.isFresh(later)) return later;
    throw new DataUnavailableError('The totals are more than 10 s behind; they are being brought forward.');
  }

  private isFresh(asOf: number): boolean {
    return this.now() - asOf < staleMs;
  }

  private async asOf(): Promise<number> {
    if (this.now() - this.known.at < knownMs) return this.known.asOf;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return await this.asking;
  }

  private async ask(): Promise<number> {
    const at = this.now();
    const heads = await this.options.store.heads();
    const asOf = Math.min(at, ...heads.map((head) => head.at));
    this.known = { asOf, at };
    return asOf;
  }
}
