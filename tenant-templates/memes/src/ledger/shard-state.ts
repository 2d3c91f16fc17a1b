/** A shard as one replica knows it: its journal, and the accounts that it has met. */
import { applyMovement, type Account } from './account.js';
import { joined } from './decide-batch.js';
import type { ForwardRecord } from './forward-record.js';
import { newShard, type Batch, type ShardHead } from './journal.js';
import type { StoredAccount, Tail } from './ledger-store.js';
import { effectOn, type IdempotentRequest, type Movement } from './movement.js';

/** Accounts kept in memory beside those of the journal. */
const maxIdleAccounts = 20_000;

interface Entry extends Batch {
  readonly version: number;
}

/** So many versions are remembered of what was settled. */
const movedKept = 512;
/** So many settled accounts with tokens held; the holds of others end with the account's next command. */
const holdingKept = 2_000;

export class ShardState {
  head: ShardHead = newShard;
  private journal: Entry[] = [];
  private accounts = new Map<string, Account>();
  /** Which states of an account its own row holds. */
  private stored = new Map<string, readonly number[]>();
  /** Requests of the journal that have an answer. */
  private requests = new Map<string, IdempotentRequest>();
  /** Movements in the journal, by account. */
  private unsettled = new Map<string, Movement[]>();
  /** Forwards of the journal. */
  private forwards = new Map<string, ForwardRecord>();
  private movementCount = 0;

  account(name: string): Account | undefined {
    return this.accounts.get(name);
  }

  request(account: string, key: string): IdempotentRequest | undefined {
    return this.requests.get(joined(account, key));
  }

  /** A forward that is stored, if it is remembered. */
  forward(id: string): ForwardRecord | undefined {
    const moved = this.head.forwards.find(([, each]) => each === id);
    return this.forwards.get(id) ?? (moved && { id, results: moved[2] });
  }

  /** Whether all forwards that were stored after a version are remembered. */
  remembers(version: number): boolean {
    return version + 1 >= (this.head.moved[0]?.[0] ?? this.head.settled + 1);
  }

  /** The account's movements that are in the journal, oldest first. */
  movementsOf(account: string): readonly Movement[] {
    return this.unsettled.get(account) ?? [];
  }

  get unsettledAccounts(): IterableIterator<[string, readonly Movement[]]> {
    return this.unsettled.entries();
  }

  /** Accounts that may have tokens held. */
  get holding(): ReadonlySet<string> {
    const names = new Set(this.head.holding);
    for (const [name, movements] of this.unsettled)
      if (movements.some(({ kind }) => kind === 'hold')) names.add(name);
    return names;
  }

  get entries(): readonly Entry[] {
    return this.journal;
  }

  /** How many movements wait to be settled. */
  get unsettledCount(): number {
    return this.movementCount;
  }

  /** Puts an account in that was read from its own row; what the journal says of it comes on top. */
  admit(name: string, { account: settled, states }: StoredAccount): void {
    let account = settled;
    for (const movement of this.movementsOf(name)) {
      if (movement.seq > account.seq) account = applyMovement(account, movement);
    }
    this.accounts.set(name, account);
    this.stored.set(name, states);
  }

  /** Which states of an account its row holds; each is the number of movements that it counts. */
  storedStates(name: string): readonly number[] {
    return this.stored.get(name) ?? [];
  }

  /** Takes over a batch that is stored under this version. */
  append(version: number, batch: Batch): void {
    this.journal.push({ ...batch, version });
    for (const movement of batch.movements) this.record(movement);
    for (const forward of batch.forwards ?? []) this.forwards.set(forward.id, forward);
    this.movementCount += batch.movements.length;
    this.head = { ...this.head, version };
  }

  /** This replica has settled all of the journal. */
  settled(head: ShardHead, accounts: readonly { readonly name: string; readonly account: Account }[]): void {
    for (const { name, account } of accounts) this.stored.set(name, [account.seq]);
    this.forgetSettled(head);
  }

  /** What was settled is no longer in the journal; accounts stay as they are. */
  private forgetSettled(head: ShardHead): void {
    const rest = this.journal.filter(({ version }) => version > head.settled);
    this.journal = [];
    this.requests.clear();
    this.forwards.clear();
    this.unsettled.clear();
    this.movementCount = 0;
    for (const { version, ...batch } of rest) this.append(version, batch);
    this.head = head;
    this.dropIdleAccounts();
  }

  /** Takes over what was read after its own version. */
  follow({ head, entries }: Tail): void {
    if (head.settled > this.head.settled) {
      // Another replica has written the rows of these accounts: what they hold now is to be read again.
      for (const name of this.unsettled.keys()) this.forget(name);
      this.forgetSettled({ ...head, version: this.head.version });
    }
    for (const [version, batch] of entries) this.append(version, batch);
    this.head = head;
  }

  /** Forgets all of it, to be read anew. */
  reset(): void {
    this.accounts.clear();
    this.stored.clear();
    this.journal = [];
    this.forgetSettled(newShard);
  }

  private record(movement: Movement): void {
    const { account: name, request } = movement;
    const account = this.accounts.get(name);
    if (account !== undefined && movement.seq > account.seq)
      this.accounts.set(name, applyMovement(account, movement));
    if (request?.answer !== undefined) this.requests.set(joined(name, request.key), request);
    const movements = this.unsettled.get(name);
    if (movements) movements.push(movement);
    else this.unsettled.set(name, [movement]);
  }

  private forget(name: string): void {
    this.accounts.delete(name);
    this.stored.delete(name);
  }

  private dropIdleAccounts(): void {
    for (const name of this.accounts.keys()) {
      if (this.accounts.size <= maxIdleAccounts) return;
      if (!this.unsettled.has(name)) this.forget(name);
    }
  }
}

/** The head of a shard after all of its journal was settled; its accounts must have been met. */
export function settledHead(state: ShardState): ShardHead {
  const { head, entries, holding } = state;
  const moved = [...head.moved, ...entries.map(({ version, id }): [number, string] => [version, id])].slice(
    -movedKept,
  );
  const oldest = moved[0]?.[0] ?? 0;
  return {
    version: head.version + 1,
    settled: head.version,
    moved,
    forwards: [...head.forwards, ...entries.flatMap(forwardsIn)].filter(([version]) => version >= oldest),
    holding: [...holding].filter((name) => state.account(name)?.holds.length !== 0).slice(-holdingKept),
    house: houseAfter(
      head.house,
      entries.flatMap(({ movements }) => movements),
    ),
  };
}

function forwardsIn({ version, forwards = [] }: Entry): [number, string, string][] {
  return forwards.map(({ id, results }) => [version, id, results]);
}

/** The house's side of these movements. */
function houseAfter(
  { issued, revenue }: ShardHead['house'],
  movements: Iterable<Pick<Movement, 'kind' | 'tokens'>>,
): ShardHead['house'] {
  const house = { issued, revenue };
  for (const movement of movements) {
    house.issued -= effectOn('issuance', movement);
    house.revenue += effectOn('revenue', movement);
  }
  return house;
}
