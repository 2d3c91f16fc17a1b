import { setTimeout as wait } from 'node:timers/promises';
import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import { noAccount } from './account.js';
import type { Command } from './command.js';
import type { Rules } from './decide.js';
import { decideBatch, joined, requestKeyOf, type BatchDecision, type Books } from './decide-batch.js';
import { Doubts, fateIn, type Fate } from './doubts.js';
import type { Group, GroupOutcomes } from './group.js';
import type { Batch } from './journal.js';
import type { LedgerStore, SettledAccount } from './ledger-store.js';
import type { IdempotentRequest, Movement } from './movement.js';
import { settledHead, ShardState } from './shard-state.js';

export interface ShardOptions {
  readonly store: LedgerStore;
  readonly rules: () => Rules;
  readonly newId: () => string;
  /** Longest time that a batch may take, in milliseconds. */
  readonly deadlineMs: number;
  /** Commands whose callers were told that the outcome is not known, and that turned out to be applied. */
  readonly onLateCommit: (commands: readonly Command[]) => void;
}

/** The journal is settled at so many entries or movements, and takes no more at the greater number: a row has a few megabytes, far from the 256 that are the limit. */
const settleAt = { entries: 512, movements: 8_000 };
const fullAt = { entries: 4_096, movements: 32_000 };

/** One shard's way to its row. Calls must not overlap. */
export class Shard {
  /** Batches that were stored. */
  commits = 0;
  /** Batches that were decided again because another replica was faster. */
  conflicts = 0;
  private readonly state = new ShardState();
  private loaded = false;
  private readonly doubts: Doubts;

  constructor(
    private readonly index: number,
    private readonly options: ShardOptions,
  ) {
    this.doubts = new Doubts(options.onLateCommit);
  }

  /**
   * Decides groups of commands and makes their movements durable, all or none.
   * @param takeGroups is asked before each attempt; groups may be added at the end.
   * @throws OutcomeUnknownError when that cannot be known; DataUnavailableError when nothing was changed.
   */
  async commit(takeGroups: () => readonly Group[]): Promise<GroupOutcomes[]> {
    const deadline = performance.now() + this.options.deadlineMs;
    if (!this.loaded) await this.refresh();
    for (let attempt = 1; ; attempt++) {
      const groups = takeGroups();
      const found = await this.bringIn(groups.flatMap(({ commands }) => commands));
      const decision = decideBatch(groups, this.books(found), this.options.rules());
      const { movements, forwards, outcomes } = decision;
      // Without a write, only a look at the row shows that nobody else has changed it.
      const current =
        movements.length + forwards.length === 0
          ? !(await this.refresh())
          : await this.write(decision, effectiveIn(groups, outcomes), deadline);
      if (current) return outcomes;
      if (performance.now() > deadline)
        throw new DataUnavailableError('Other replicas were faster each time; nothing was charged.');
      await wait(Math.random() * Math.min(attempt, 10));
    }
  }

  /** The account's movements that are in the journal, as of the last commit. */
  recent(account: string): { readonly seq: number; readonly movements: readonly Movement[] } {
    return {
      seq: this.state.account(account)?.seq ?? 0,
      movements: [...this.state.movementsOf(account)],
    };
  }

  get head(): ShardState['head'] {
    return this.state.head;
  }

  /** Accounts whose holds have expired: the next command of each releases them. @param limit accounts that are looked at. */
  async expired(limit: number): Promise<string[]> {
    await this.refresh();
    const names = [...this.state.holding].slice(0, limit);
    await this.admitAccounts(names);
    const { now } = this.options.rules();
    return names.filter((name) => this.state.account(name)?.holds.some(({ expiresAt }) => expiresAt <= now));
  }

  get settlementIsDue(): boolean {
    const { entries, unsettledCount } = this.state;
    return entries.length >= settleAt.entries || unsettledCount >= settleAt.movements;
  }

  /** Moves the journal to the rows of its accounts. Killed in the middle, it is done again by whoever comes next. */
  async settle(): Promise<void> {
    await this.refresh();
    if (this.state.entries.length === 0) return;
    const names = [...this.state.unsettledAccounts].map(([name]) => name);
    await this.admitAccounts(names);
    const accounts = [...this.state.unsettledAccounts].map(([name, movements]): SettledAccount => {
      const account = this.state.account(name) ?? noAccount;
      // One who was killed before the journal was emptied may have written this very state.
      const earlier = this.state.storedStates(name).filter((seq) => seq < account.seq);
      return { name, account, earlier, movements: [...movements] };
    });
    const head = settledHead(this.state);
    await this.options.store.settle(accounts);
    if (!(await this.options.store.trim(this.index, this.state.head.version, head))) return;
    this.state.settled(head, accounts);
    await this.options.store.forgetEarlierStates(accounts);
  }

  /** Reads what other replicas have added. @returns whether there was anything. */
  async refresh(): Promise<boolean> {
    const { store } = this.options;
    const before = this.state.head.version;
    let tail = await store.tail(this.index, before);
    if (tail.head.settled > before) {
      // Others have added and settled what this replica has never seen.
      this.state.reset();
      if (before > 0) tail = await store.tail(this.index, 0);
    }
    this.state.follow(tail);
    this.doubts.judge(tail);
    const changed = !this.loaded || tail.head.version !== before;
    this.loaded = true;
    return changed;
  }

  private books(found: ReadonlyMap<string, IdempotentRequest>): Books {
    const { state } = this;
    return {
      account: (name) => state.account(name),
      request: (account, key) => state.request(account, key) ?? found.get(joined(account, key)),
      forward: (id) => state.forward(id),
      remembers: (version) => state.remembers(version),
    };
  }

  private async write(
    { movements, forwards }: BatchDecision,
    commands: readonly Command[],
    deadline: number,
  ): Promise<boolean> {
    const { entries, unsettledCount, head } = this.state;
    if (entries.length >= fullAt.entries || unsettledCount >= fullAt.movements)
      throw new DataUnavailableError('The journal could not be settled for long; nothing was charged.');
    const batch = { id: this.options.newId(), movements, ...(forwards.length > 0 && { forwards }) };
    if (await this.append(head.version, batch, commands, deadline)) {
      this.state.append(head.version + 1, batch);
      this.doubts.dismiss(head.version);
      this.commits += 1;
      return true;
    }
    this.conflicts += 1;
    await this.refresh();
    return false;
  }

  /** Stores a batch, or learns that another was first; the same batch may be sent again, since only one can be the next version. */
  private async append(
    version: number,
    batch: Batch,
    commands: readonly Command[],
    deadline: number,
  ): Promise<boolean> {
    const { store } = this.options;
    let doubt: OutcomeUnknownError | undefined;
    for (;;) {
      try {
        const stored = await store.append(this.index, version, batch);
        if (stored || doubt === undefined) return stored;
      } catch (error) {
        if (error instanceof OutcomeUnknownError) doubt = error;
        else if (doubt === undefined || !(error instanceof DataUnavailableError)) throw error;
        this.doubts.add(batch.id, version, commands);
      }
      const fate = await this.fateOf(version, batch.id);
      if (fate !== 'open') {
        this.doubts.remove(batch.id);
        return fate === 'stored';
      }
      if (performance.now() > deadline) throw doubt;
      await wait(50);
    }
  }

  private async fateOf(version: number, id: string): Promise<Fate> {
    try {
      return fateIn(await this.options.store.tail(this.index, version), version, id);
    } catch (error) {
      if (error instanceof DataUnavailableError) return 'open';
      throw error;
    }
  }

  /** Accounts that this replica has not met, and requests that the journal does not have, from their own rows. */
  private async bringIn(commands: readonly Command[]): Promise<Map<string, IdempotentRequest>> {
    const wanted = commands.flatMap((command) => {
      const { account } = command;
      const key = requestKeyOf(command);
      return key === undefined || this.state.request(account, key) ? [] : [{ account, key }];
    });
    const [found] = await Promise.all([
      this.options.store.requests(wanted, this.options.rules().now),
      this.admitAccounts(commands.map(({ account }) => account)),
    ]);
    return new Map(
      wanted.flatMap(({ account, key }, index) => {
        const request = found[index];
        return request ? [[joined(account, key), request] as const] : [];
      }),
    );
  }

  private async admitAccounts(names: readonly string[]): Promise<void> {
    const strangers = [...new Set(names)].filter((name) => this.state.account(name) === undefined);
    const settled = await this.options.store.accounts(strangers);
    for (const name of strangers)
      this.state.admit(name, settled.get(name) ?? { account: noAccount, states: [] });
  }
}

/** The commands that a write carries out and whose callers this replica answers. */
function effectiveIn(groups: readonly Group[], outcomes: readonly GroupOutcomes[]): Command[] {
  return groups.flatMap(({ commands, foreign }, index) =>
    foreign ? [] : commands.filter((_, at) => outcomes[index]?.[at]?.result === 'done'),
  );
}
