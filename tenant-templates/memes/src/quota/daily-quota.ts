import { OutcomeUnknownError, rowKey, sortable, type TenantData } from '@leasehold/tenant-data';

const table = 'memes';
const column = 'm:taken';
const dayMs = 24 * 60 * 60 * 1000;

export interface DailyQuotaOptions {
  readonly data: Pick<TenantData, 'increment'>;
  readonly prefix: string;
  /** Memes that all replicas together may make in a day of UTC. */
  readonly perDay: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** One of the day's memes; given back when it was not used. */
export interface Taken {
  giveBack(): void;
}

/**
 * A limit of the tenant a day, never exceeded: each replica takes a share of it at a time. A share that a crash or a lost answer wastes is at
 * most a hundredth of the day's limit.
 */
export class DailyQuota {
  private day = -1;
  private left = 0;
  private exhausted = false;
  private asking: Promise<void> | undefined;

  constructor(private readonly options: DailyQuotaOptions) {}

  /** Takes one more; undefined when the limit is reached. */
  async take(): Promise<Taken | undefined> {
    for (;;) {
      this.turnPage();
      if (this.left > 0) {
        this.left -= 1;
        return this.taken(this.day);
      }
      if (this.exhausted) return undefined;
      this.asking ??= this.askForShare().finally(() => (this.asking = undefined));
      await this.asking;
    }
  }

  /** Until the next day, in whole seconds. */
  get secondsToWait(): number {
    const now = this.options.now();
    return Math.ceil((dayMs - (now % dayMs)) / 1000);
  }

  /** On another day it is of no use to anyone. */
  private taken(day: number): Taken {
    return {
      giveBack: () => {
        if (this.day === day) this.left += 1;
      },
    };
  }

  private turnPage(): void {
    const today = Math.floor(this.options.now() / dayMs);
    if (today === this.day) return;
    this.day = today;
    this.left = 0;
    this.exhausted = false;
  }

  private async askForShare(): Promise<void> {
    const { data, prefix, perDay } = this.options;
    const share = Math.max(1, Math.floor(perDay / 100));
    const { day } = this;
    const key = rowKey(prefix, 'quota', sortable(day));
    const taken = await this.increment(data, key, share);
    if (this.day !== day) return;
    const granted = Math.min(share, perDay - (taken - share));
    if (granted > 0) this.left += granted;
    else this.exhausted = true;
  }

  /** A share whose answer is lost is lost with it. */
  private async increment(data: Pick<TenantData, 'increment'>, key: string, share: number): Promise<number> {
    try {
      return Number(await data.increment(table, key, column, BigInt(share)));
    } catch (error) {
      if (!(error instanceof OutcomeUnknownError)) throw error;
      return Number(await data.increment(table, key, column, BigInt(share)));
    }
  }
}
