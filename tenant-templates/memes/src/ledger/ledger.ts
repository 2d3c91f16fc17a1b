/**
 * The ledger of tokens: the source of truth. An account belongs to a shard; a shard is one row, written each time on the condition that its
 * writer knows all of it; what waits meanwhile goes into the next write together. Replicas leave each shard to one of them.
 */
import { randomUUID } from 'node:crypto';
import type { Command, Outcome } from './command.js';
import { Forwarder } from './forwarder.js';
import { GroupCommit } from './group-commit.js';
import { handsOver, type Holder } from './lease.js';
import type { LeaseStore } from './lease-store.js';
import { shardOf } from './ledger-keys.js';
import type { LedgerStore } from './ledger-store.js';
import type { ForwardAnswer, ForwardMessage, Peers } from '../peers/peers.js';
import { Shard } from './shard.js';
import { ShardLease } from './shard-lease.js';
import { ShardWay } from './shard-way.js';
import { readStatement, type Statement } from './statement.js';

/** Never changed: it says where an account's movements are. */
export const shardCount = 4;

/** What a ledger needs to share its shards with other replicas. */
export interface Company {
  readonly holder: Holder;
  readonly leases: LeaseStore;
  readonly peers: Peers;
  readonly onLeaseFailure: (error: unknown) => void;
}

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

const limits = { maxBatch: 500, maxWaiting: 5_000, lingerMs: { least: 12, most: 40 } };
/** Accounts of a shard in one sweep. */
const sweptAtOnce = 200;
/** Time for a shard that was handed over to be seen with its new leader, before the next one is. */
const handOverMs = 1_000;

export class Ledger {
  readonly store: LedgerStore;
  private ways: readonly ShardWay[];
  private handsOverAfter = 0;

  constructor(private readonly options: LedgerOptions) {
    this.store = options.store;
    const { openingTokens, now } = options;
    const rules = () => ({ openingTokens, now: now() });
    this.ways = Array.from({ length: shardCount }, (_, index) => {
      const shard = new Shard(index, { ...options, rules, newId: randomUUID });
      return new ShardWay(new GroupCommit(shard, { ...limits, ...options }));
    });
  }

  /** From now on, shards are shared with other replicas. */
  join({ holder, leases, peers, onLeaseFailure: onFailure }: Company): void {
    const { now, onLateCommit } = this.options;
    this.ways = this.ways.map(({ local }, index) => {
      const version = () => local.known.head.version;
      const lease = new ShardLease(index, { store: leases, holder, now, version, onFailure });
      const leads = () => this.leads;
      const newId = randomUUID;
      const forwarder = new Forwarder({ index, lease, local, peers, newId, leads, onLateCommit });
      return new ShardWay(local, { lease, forwarder });
    });
  }

  /** Gives its shards to other replicas. */
  async leave(): Promise<void> {
    for (const { leading } of this.ways) leading?.forwarder.close();
    await Promise.all(this.ways.flatMap(({ leading }) => leading?.lease.giveUp() ?? []));
  }

  /**
   * Carries out a command; its movements are durable when this resolves.
   * @throws OutcomeUnknownError when that cannot be known; DataUnavailableError when nothing was changed.
   */
  execute(command: Command): Promise<Outcome> {
    return this.wayOf(command.account).submit(command);
  }

  /** Carries out what another replica has sent, whether this one still leads the shard or not. @throws as `execute` does. */
  async receive({ shard, id, after, leads, commands }: ForwardMessage): Promise<ForwardAnswer> {
    const way = this.ways[shard];
    if (!way || commands.some(({ account }) => shardOf(account, shardCount) !== shard))
      throw new RangeError(`These commands are not of shard ${shard}.`);
    const outcomes = await way.local.submit({ commands, forward: { id, after }, foreign: true });
    const yours = await this.handOver(way, leads);
    return { version: way.local.known.head.version, outcomes: outcomes ?? null, yours };
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
    const recent = await this.wayOf(account).local.alone(async (shard) => {
      await shard.commit(() => [{ commands: [{ type: 'open', account }] }]);
      return shard.recent(account);
    });
    return readStatement(this.store, account, recent, page);
  }

  /** Releases holds that have expired, in the shards that no other replica leads. @returns of how many accounts. */
  async releaseExpired(): Promise<number> {
    let count = 0;
    for (const way of this.ways) count += await way.releaseExpired(sweptAtOnce);
    return count;
  }

  /** Runs something on each shard in turn, while nothing else of this replica does. */
  async eachShard<T>(work: (shard: Shard) => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    for (const { local } of this.ways) results.push(await local.alone(work));
    return results;
  }

  /** Commands that wait for a write. */
  get waiting(): number {
    return this.sum(({ length }) => length);
  }

  /** Writes since the start, and those that had to be decided again because another replica was faster. */
  get counts(): { readonly commits: number; readonly conflicts: number } {
    return {
      commits: this.sum(({ local }) => local.known.commits),
      conflicts: this.sum(({ local }) => local.known.conflicts),
    };
  }

  /** Shards that this replica leads. */
  get leads(): number {
    return this.sum(({ leading }) => (leading?.lease.leads ? 1 : 0));
  }

  /** Forwards that nobody has answered, and whose fate is being found out. */
  get inDoubt(): number {
    return this.sum(({ leading }) => leading?.forwarder.inDoubt ?? 0);
  }

  /** How long the first of them has waited, in milliseconds. */
  get oldestMs(): number {
    return Math.max(...this.ways.map(({ local }) => local.oldestMs));
  }

  private async handOver({ leading }: ShardWay, other: number): Promise<boolean> {
    const now = this.options.now();
    if (!leading?.lease.leads || now < this.handsOverAfter || !handsOver(this.leads, other)) return false;
    this.handsOverAfter = now + handOverMs;
    return leading.lease.giveUp();
  }

  private sum(of: (way: ShardWay) => number): number {
    return this.ways.reduce((total, way) => total + of(way), 0);
  }

  private wayOf(account: string): ShardWay {
    const way = this.ways[shardOf(account, shardCount)];
    if (!way) throw new RangeError(`There is no shard for ${account}.`);
    return way;
  }
}
