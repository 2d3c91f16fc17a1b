/**
 * The ledger of tokens: the source of truth. An account belongs to a shard; a shard is one row that all replicas write to, each time on the
 * condition that they know all of it; what waits meanwhile goes into the next write together.
 */
import { randomUUID } from 'node:crypto';
import type { Command, Outcome } from './command.js';
import { GroupCommit } from './group-commit.js';
import { shardOf } from './ledger-keys.js';
import type { LedgerStore } from './ledger-store.js';
import { Shard } from './shard.js';
import { readStatement, type Statement } from './statement.js';

/** Never changed: it says where an account's movements are. */
export const shardCount = 4;

export interface LedgerOptions {
  readonly store: LedgerStore;
  readonly openingTokens: number;
  /** Longest time that a write may take, in milliseconds. */
  readonly deadlineMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onLateCommit: (commands: readonly Command[]) => void;
  readonly onSettlementFailure: (error: unknown) => void;
}

const limits = { maxBatch: 500, maxWaiting: 5_000, lingerMs: 5 };

export class Ledger {
  readonly store: LedgerStore;
  private readonly shards: readonly GroupCommit[];

  constructor(options: LedgerOptions) {
    this.store = options.store;
    const { openingTokens, now } = options;
    this.shards = Array.from({ length: shardCount }, (_, index) => {
      const rules = () => ({ openingTokens, now: now() });
      return new GroupCommit(new Shard(index, { ...options, rules, newId: randomUUID }), {
        ...limits,
        onSettlementFailure: options.onSettlementFailure,
      });
    });
  }

  /**
   * Carries out a command; its movements are durable when this resolves.
   * @throws OutcomeUnknownError when that cannot be known; DataUnavailableError when nothing was changed.
   */
  execute(command: Command): Promise<Outcome> {
    return this.shardOf(command.account).submit(command);
  }

  /** What an account's user may spend. Opens the account. */
  async balance(account: string): Promise<number> {
    const outcome = await this.execute({ type: 'open', account });
    if (outcome.result !== 'done') throw new Error(`Opening an account cannot end with ${outcome.result}.`);
    return outcome.balance;
  }

  /** Movements, the newest first, before a number of them. Opens the account. */
  async statement(
    account: string,
    page: { readonly before?: number; readonly limit: number },
  ): Promise<Statement> {
    const recent = await this.shardOf(account).alone(async (shard) => {
      await shard.commit(() => [{ type: 'open', account }]);
      return shard.recent(account);
    });
    return readStatement(this.store, account, recent, page);
  }

  /** Runs something on each shard in turn, while nothing else of this replica does. */
  async eachShard<T>(work: (shard: Shard) => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    for (const shard of this.shards) results.push(await shard.alone(work));
    return results;
  }

  /** Commands that wait for a write. */
  get waiting(): number {
    return this.shards.reduce((sum, { length }) => sum + length, 0);
  }

  /** Writes since the start, and those that had to be decided again because another replica was faster. */
  get counts(): { readonly commits: number; readonly conflicts: number } {
    const sum = (of: (shard: GroupCommit) => number): number =>
      this.shards.reduce((total, shard) => total + of(shard), 0);
    return { commits: sum(({ counts }) => counts.commits), conflicts: sum(({ counts }) => counts.conflicts) };
  }

  /** How long the first of them has waited, in milliseconds. */
  get oldestMs(): number {
    return Math.max(...this.shards.map(({ oldestMs }) => oldestMs));
  }

  private shardOf(account: string): GroupCommit {
    const shard = this.shards[shardOf(account, shardCount)];
    if (!shard) throw new RangeError(`There is no shard for ${account}.`);
    return shard;
  }
}
