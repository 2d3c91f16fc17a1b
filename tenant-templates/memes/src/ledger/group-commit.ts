import { setTimeout as wait } from 'node:timers/promises';
import { DataUnavailableError } from '@leasehold/tenant-data';
import type { Command, Outcome } from './command.js';
import type { Shard } from './shard.js';

interface Waiting {
  readonly command: Command;
  readonly since: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  /** Commands in one write. */
  readonly maxBatch: number;
  /** How long a shard that is busy waits for more commands before its next write, in milliseconds. */
  readonly lingerMs: number;
  /** Commands that may wait. */
  readonly maxWaiting: number;
  /** A settlement failed; it is tried again. */
  readonly onSettlementFailure: (error: unknown) => void;
}

const settlementRetryMs = 1_000;

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
  submit(command: Command): Promise<Outcome> {
    if (this.waiting.length >= this.options.maxWaiting) {
      return Promise.reject(
        new DataUnavailableError('Too many calls wait for the ledger; nothing was charged.'),
      );
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ command, since: performance.now(), resolve, reject });
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

  /** How long the first of the waiting commands has waited, in milliseconds. */
  get oldestMs(): number {
    const first = this.waiting[0];
    return first ? performance.now() - first.since : 0;
  }

  /** What the shard has counted since the start. */
  get counts(): Pick<Shard, 'commits' | 'conflicts'> {
    return this.shard;
  }

  get length(): number {
    return this.waiting.length;
  }

  private async run(): Promise<void> {
    // What comes in the same turn of the event loop goes into the first write.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.options.maxBatch);
      await this.alone((shard) => this.commit(shard, batch));
      // Alone, a caller is not kept waiting; in company, fewer and larger writes serve all of them sooner. Other replicas get their turn.
      if (batch.length > 1) await wait(this.options.lingerMs);
    }
    this.running = undefined;
  }

  /** Before each attempt, the batch takes in what has come meanwhile. */
  private async commit(shard: Shard, batch: Waiting[]): Promise<void> {
    try {
      const outcomes = await shard.commit(() => {
        batch.push(...this.waiting.splice(0, this.options.maxBatch - batch.length));
        return batch.map(({ command }) => command);
      });
      batch.forEach(({ resolve, reject }, index) => {
        const outcome = outcomes[index];
        if (outcome) resolve(outcome);
        else reject(new Error('The ledger has decided fewer commands than it was given.'));
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    if (shard.settlementIsDue && performance.now() >= this.settleAfter) await this.settle(shard);
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
