import { applyMovement, heldTokens, noAccount, type Account } from './account.js';
import type { Ledger } from './ledger.js';
import type { LedgerStore } from './ledger-store.js';
import { effectOn, type Movement } from './movement.js';

export interface LedgerReport {
  readonly accounts: number;
  readonly movements: number;
  /** Sums over all accounts; `balances + held + revenue` equals `issued` in a sound ledger. */
  readonly sums: Sums;
  /** The house's own books of the same; undefined when the ledger was written to during the check. */
  readonly house: { readonly issued: number; readonly revenue: number } | undefined;
  /** One sentence for each thing that does not add up; the first hundred. */
  readonly faults: readonly string[];
}

interface Sums {
  issued: number;
  revenue: number;
  balances: number;
  held: number;
}

const maxFaults = 100;

/**
 * Adds up every movement of every account, and compares: with the account's state, with the house's side. The journal is settled first, so
 * that what is read is all there is. Reads the whole ledger.
 */
export async function checkLedger(ledger: Ledger): Promise<LedgerReport> {
  const before = await ledger.eachShard(async (shard) => {
    await shard.settle();
    return shard.head;
  });
  const sums: Sums = { issued: 0, revenue: 0, balances: 0, held: 0 };
  const faults: string[] = [];
  let accounts = 0;
  let movements = 0;
  for await (const [name, account] of ledger.store.everyAccount()) {
    accounts += 1;
    movements += account.seq;
    const fault = await addUp(ledger.store, name, account, sums);
    if (fault !== undefined && faults.length < maxFaults) faults.push(fault);
  }
  const after = await ledger.eachShard(async (shard) => {
    await shard.refresh();
    return shard.head;
  });
  const quiet = after.every(({ version }, index) => version === before[index]?.version);
  const house = quiet ? houseOf(after) : undefined;
  return { accounts, movements, sums, house, faults: [...faults, ...judgeSums(sums, house)] };
}

async function addUp(
  store: LedgerStore,
  name: string,
  account: Account,
  sums: Sums,
): Promise<string | undefined> {
  const found = new Map<number, Movement>();
  for await (const page of store.movements(name, account.seq))
    for (const movement of page) if (movement.seq <= account.seq) found.set(movement.seq, movement);
  try {
    let sum = noAccount;
    for (let seq = 1; seq <= account.seq; seq++) {
      const movement = found.get(seq);
      if (!movement) return `Movement ${seq} of ${name} is missing.`;
      sum = applyMovement(sum, movement);
      sums.issued -= effectOn('issuance', movement);
      sums.revenue += effectOn('revenue', movement);
    }
    sums.balances += account.balance;
    sums.held += heldTokens(account);
    const same = sum.balance === account.balance && heldTokens(sum) === heldTokens(account);
    return same
      ? undefined
      : `The movements of ${name} add up to ${sum.balance}, its balance is ${account.balance}.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function houseOf(
  heads: readonly { readonly house: { readonly issued: number; readonly revenue: number } }[],
): { issued: number; revenue: number } {
  return {
    issued: heads.reduce((sum, { house }) => sum + house.issued, 0),
    revenue: heads.reduce((sum, { house }) => sum + house.revenue, 0),
  };
}

function judgeSums(sums: Sums, house: LedgerReport['house']): string[] {
  const { issued, revenue, balances, held } = sums;
  const faults: string[] = [];
  if (balances + held + revenue !== issued)
    faults.push(`${issued} tokens were issued, but ${balances + held + revenue} are accounted for.`);
  if (house && (house.issued !== issued || house.revenue !== revenue))
    faults.push(
      `The house has issued ${house.issued} and earned ${house.revenue}; the accounts say ${issued} and ${revenue}.`,
    );
  return faults;
}
