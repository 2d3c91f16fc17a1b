import { setTimeout as wait } from 'node:timers/promises';
import { DataUnavailableError } from '@leasehold/tenant-data';
import type { Group, GroupOutcomes } from './group.js';
import type { Shard } from './shard.js';

interface Waiting {
  readonly group: Group;
  readonly since: number;
  readonly resolve: (outcomes: GroupOutcomes) => void;
  readonly reject: (error: unknown) => void;
}

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

export interface GroupCommitOptions {
  /** Commands in one write; a group stays whole. */
  readonly maxBatch: number;
  /** How long a shard that is busy waits for more commands before its next write: as long as the last one took, in these bounds, in milliseconds. */
  readonly lingerMs: Bounds;
  /** Groups that may wait. */
  readonly maxWaiting: number;
  /** A settlement failed; it is tried again. */
  readonly onSettlementFailure: (error: unknown) => void;
}

const settlementRetryMs = 1_000;
/** A caller who has waited so long for a write that failed is not made to wait for the next one too. */
const patienceMs = 3_000;

/** Lets the commands that come while a write is under way share the next one. */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private running: Promise<void> | undefined;
  private settleAfter = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly shard: Shard,
    private readonly options: GroupCommitOptions,
  ) {}

  /** @throws what Shard.commit throws; DataUnavailableError when too many wait. */
  submit(group: Group): Promise<GroupOutcomes> {
    if (this.waiting.length >= this.options.maxWaiting) {
      return Promise.reject(
        new DataUnavailableError('Too many calls wait for the ledger; nothing was charged.'),
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ group, since: performance.now(), resolve, reject });
      this.running ??= this.run();
    });
  }

  /** Runs something on the shard while nothing else does. */
  alone<T>(work: (shard: Shard) => Promise<T>): Promise<T> {
    const result = this.turn.then(() => work(this.shard));
    this.turn = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  /** How long the first of the waiting groups has waited, in milliseconds. */
  get oldestMs(): number {
    const first = this.waiting[0];
    return first ? performance.now() - first.since : 0;
  }

  /** What the shard has counted since the start, and the version that it knows. */
  get known(): Pick<Shard, 'commits' | 'conflicts' | 'head'> {
    return this.shard;
  }

  /** Commands that wait. */
  get length(): number {
    return this.waiting.reduce((sum, { group }) => sum + group.commands.length, 0);
  }

  private async run(): Promise<void> {
    // What comes in the same turn of the event loop goes into the first write.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const began = performance.now();
      const company = await this.alone((shard) => this.commit(shard));
      const took = performance.now() - began;
      // Alone, a caller is not kept waiting; in company, fewer and larger writes serve all of them sooner. Other replicas get their turn.
      if (company) await wait(within(this.options.lingerMs, took));
    }
    this.running = undefined;
  }

  /** Before each attempt, the batch takes in what has come meanwhile. @returns whether it was more than one command. */
  private async commit(shard: Shard): Promise<boolean> {
    const batch: Waiting[] = [];
    this.fill(batch);
    try {
      const outcomes = await shard.commit(() => {
        this.fill(batch);
        return batch.map(({ group }) => group);
      });
      batch.forEach(({ resolve }, index) => resolve(outcomes[index]));
    } catch (error) {
      for (const { reject } of batch) reject(error);
      this.refuseLate();
    }
    if (shard.settlementIsDue && performance.now() >= this.settleAfter) await this.settle(shard);
    return batch.length > 1 || (batch[0]?.group.commands.length ?? 0) > 1;
  }

  private refuseLate(): void {
    const late = this.waiting.filter(({ since }) => performance.now() - since >= patienceMs);
    this.waiting = this.waiting.filter((each) => !late.includes(each));
    for (const { reject } of late)
      reject(new DataUnavailableError('The ledger cannot be reached; nothing was charged.'));
  }

  private fill(batch: Waiting[]): void {
    let room = batch.reduce((rest, { group }) => rest - group.commands.length, this.options.maxBatch);
    let count = 0;
    for (const { group } of this.waiting) {
      room -= group.commands.length;
      if (room < 0 && batch.length + count > 0) break;
      count += 1;
    }
    batch.push(...this.waiting.splice(0, count));
  }

  private async settle(shard: Shard): Promise<void> {
    try {
      await shard.settle();
    } catch (error) {
      this.settleAfter = performance.now() + settlementRetryMs;
      this.options.onSettlementFailure(error);
    }
  }
}

/** A number, or the nearest one in bounds. */
export function within({ least, most }: Bounds, value: number): number {
  return Math.min(most, Math.max(least, value));
}
