import { sortable, toInt64, type RowMutation, type StoredRow, type TenantData } from '@leasehold/tenant-data';
import { accountSchema, noAccount, type Account } from './account.js';
import {
  newShard,
  parseBatch,
  parseMovements,
  parseSettlement,
  parseStored,
  type Batch,
  type Settlement,
  type ShardHead,
} from './journal.js';
import { ascending, dayOf, descending, type LedgerKeys } from './ledger-keys.js';
import { requestSchema, sides, type IdempotentRequest, type Movement } from './movement.js';

const table = 'memes';
/** The journal's family: a shard's head sorts behind the entries, so that one slice holds the newest of both. */
const entryColumn = (version: number): `j:${string}` => `j:e${sortable(version)}`;
const settledColumn = 'j:settled';
const versionColumn = 'j:version';
const pageColumn = 'm:page';
const requestColumn = 'm:request';
/** Movements in a row. */
export const pageLength = 100;

/** The newest part of a shard's journal. */
export interface Tail {
  readonly head: ShardHead;
  readonly entries: readonly (readonly [version: number, batch: Batch])[];
}

/** An account as its own row has it. */
export interface StoredAccount {
  readonly account: Account;
  /** The states that the row holds, each by its number of movements; the greatest is `account`, others wait to be deleted. */
  readonly states: readonly number[];
}

export interface SettledAccount {
  readonly name: string;
  readonly account: Account;
  /** States that are older. */
  readonly earlier: readonly number[];
  readonly movements: readonly Movement[];
}

/** What the ledger needs of a tenant's data. */
export type LedgerRows = Pick<TenantData, 'get' | 'getMany' | 'checkAndMutate' | 'mutateMany' | 'pages'>;

/** The ledger's rows in the shared Bigtable. Calls reject with the errors of `@leasehold/tenant-data`. */
export class LedgerStore {
  constructor(
    private readonly data: LedgerRows,
    private readonly keys: LedgerKeys,
  ) {}

  /** What a shard's journal holds after a version. */
  async tail(shard: number, after: number): Promise<Tail> {
    const row = await this.data.get(table, this.keys.shard(shard), {
      family: 'j',
      from: entryColumn(after + 1).slice(2),
    });
    return row ? tailOf(row) : { head: newShard, entries: [] };
  }

  /**
   * Adds a batch as the version after `version`, if the shard is still at that.
   * @returns whether it was.
   */
  append(shard: number, version: number, batch: Batch): Promise<boolean> {
    const changes = [{ set: entryColumn(version + 1), value: JSON.stringify(batch) }];
    return this.advance(shard, version, changes, chargedIn(batch));
  }

  /** Empties the journal of a shard whose entries are settled, if it is still at that version. */
  trim(shard: number, version: number, head: Settlement): Promise<boolean> {
    const { settled, moved, forwards, holding, house } = head;
    return this.advance(shard, version, [
      { deleteFamily: 'j' },
      { set: settledColumn, value: JSON.stringify({ settled, moved, forwards, holding, house }) },
    ]);
  }

  /** Accounts as of their last settlement; one that has none is not in the answer. */
  async accounts(names: readonly string[]): Promise<Map<string, StoredAccount>> {
    if (names.length === 0) return new Map();
    const rows = await this.data.getMany(
      table,
      names.map((name) => this.keys.account(name)),
    );
    return new Map(
      names.flatMap((name) => {
        const row = rows.get(this.keys.account(name));
        return row ? [[name, storedOf(row)] as const] : [];
      }),
    );
  }

  /** Which of these requests were answered and settled in the last day. */
  async requests(
    wanted: readonly { readonly account: string; readonly key: string }[],
    now: number,
  ): Promise<(IdempotentRequest | undefined)[]> {
    if (wanted.length === 0) return [];
    const places = wanted.map(({ account, key }) => this.keys.recentRequest(now, account, key));
    const rows = await this.data.getMany(table, places.flat());
    return places.map((keys) => {
      const stored = keys.map((key) => rows.get(key)?.cells.get(requestColumn)).find((cell) => cell);
      return stored && parseStored(requestSchema, stored, 'request');
    });
  }

  /**
   * Writes accounts, their movements and their requests to rows of their own; doing it twice is the same as once. An account's state is a new
   * column each time, so that a late write can never replace a newer state.
   */
  async settle(accounts: readonly SettledAccount[]): Promise<void> {
    await this.data.mutateMany(
      table,
      accounts.flatMap((each) => this.historyOf(each)),
    );
    await this.data.mutateMany(
      table,
      accounts.map(({ name, account }) => ({
        key: this.keys.account(name),
        mutations: [{ set: stateColumn(account.seq), value: JSON.stringify(account) }],
      })),
    );
  }

  /** Deletes the earlier states of these accounts. */
  async forgetEarlierStates(accounts: readonly SettledAccount[]): Promise<void> {
    const changes = accounts
      .filter(({ earlier }) => earlier.length > 0)
      .map(({ name, earlier }) => ({
        key: this.keys.account(name),
        mutations: earlier.map((seq) => ({ deleteColumn: stateColumn(seq) })),
      }));
    if (changes.length > 0) await this.data.mutateMany(table, changes);
  }

  /** Deletes the requests that nobody looks for any more. @returns how many. */
  async forgetOldRequests(now: number): Promise<number> {
    let count = 0;
    for await (const rows of this.data.pages(table, this.keys.oldRequests(now))) {
      await this.data.mutateMany(
        table,
        rows.map(({ key }) => ({ key, mutations: [{ deleteRow: true }] })),
      );
      count += rows.length;
    }
    return count;
  }

  /** Settled movements from `newest` downwards, in pages that may overlap. */
  async *movements(account: string, newest: number): AsyncGenerator<Movement[]> {
    const range = this.keys.movementsFrom(account, newest + pageLength - 1);
    for await (const rows of this.data.pages(table, { ...range, pageSize: 10 })) {
      for (const row of rows) {
        const page = row.cells.get(pageColumn);
        if (page) yield parseMovements(page);
      }
    }
  }

  /** Every account that was ever settled. */
  async *everyAccount(): AsyncGenerator<readonly [name: string, account: Account]> {
    for await (const rows of this.data.pages(table, this.keys.allAccounts())) {
      for (const row of rows) yield [this.keys.accountName(row.key), storedOf(row).account];
    }
  }

  private advance(
    shard: number,
    version: number,
    changes: readonly RowMutation[],
    tokens = 0,
  ): Promise<boolean> {
    const equals = version === 0 ? undefined : BigInt(version);
    return this.data.checkAndMutate(
      table,
      this.keys.shard(shard),
      { column: versionColumn, equals },
      { then: [...changes, { set: versionColumn, value: BigInt(version + 1) }], tokens },
    );
  }

  private historyOf({ name, movements }: SettledAccount): { key: string; mutations: RowMutation[] }[] {
    const rows: { key: string; mutations: RowMutation[] }[] = [];
    for (let from = 0; from < movements.length; from += pageLength) {
      const page = movements.slice(from, from + pageLength);
      const key = this.keys.movements(name, page.at(-1)?.seq ?? 0, page[0]?.seq ?? 0);
      rows.push({ key, mutations: [{ set: pageColumn, value: JSON.stringify(page) }] });
    }
    for (const { request, at } of movements) {
      if (request?.answer === undefined) continue;
      const key = this.keys.request(dayOf(at), name, request.key);
      rows.push({ key, mutations: [{ set: requestColumn, value: JSON.stringify(request) }] });
    }
    return rows;
  }
}

/** What users have paid in a batch: the platform meters it with the batch's own write. A refund is not taken off again. */
function chargedIn({ movements }: Batch): number {
  const paid = movements.filter(({ kind }) => sides[kind].to === 'revenue');
  return paid.reduce((sum, { tokens }) => sum + tokens, 0);
}

const statePrefix = 'm:state-';

/** The newest state sorts first. */
function stateColumn(seq: number): `m:${string}` {
  return `${statePrefix}${descending(seq)}`;
}

function storedOf({ cells }: StoredRow): StoredAccount {
  const columns = [...cells.keys()].filter((column) => column.startsWith(statePrefix)).sort();
  const states = columns.map((column) => ascending(column.slice(statePrefix.length)));
  const newest = columns[0] && cells.get(columns[0]);
  return { account: newest ? parseStored(accountSchema, newest, 'account') : noAccount, states };
}

function tailOf({ cells }: StoredRow): Tail {
  const version = cells.get(versionColumn);
  const settled = cells.get(settledColumn);
  const head = {
    ...(settled ? parseSettlement(settled) : newShard),
    version: version ? Number(toInt64(version)) : 0,
  };
  const entries = [...cells]
    .filter(([column]) => column.startsWith('j:e'))
    .map(([column, bytes]) => [Number(column.slice(3)), parseBatch(bytes)] as const)
    .sort(([one], [other]) => one - other);
  return { head, entries };
}
