import { LedgerCorruptError } from './account.js';
import type { LedgerStore } from './ledger-store.js';
import type { Movement } from './movement.js';

export interface Statement {
  /** The newest first. */
  readonly movements: readonly Movement[];
  /** What to ask for to get the next page; undefined on the last one. */
  readonly before: number | undefined;
}

/**
 * A page of an account's movements: from the journal, then from the pages of settled ones.
 * @throws LedgerCorruptError when one is missing.
 */
export async function readStatement(
  store: Pick<LedgerStore, 'movements'>,
  account: string,
  recent: { readonly seq: number; readonly movements: readonly Movement[] },
  { before, limit }: { readonly before?: number; readonly limit: number },
): Promise<Statement> {
  const newest = Math.min(recent.seq, (before ?? Infinity) - 1);
  const oldest = Math.max(1, newest - limit + 1);
  const found = new Map<number, Movement>();
  const take = (movements: readonly Movement[]): void => {
    for (const each of movements) if (each.seq >= oldest && each.seq <= newest) found.set(each.seq, each);
  };
  take(recent.movements);
  const wanted = Math.max(0, newest - oldest + 1);
  if (found.size < wanted) {
    for await (const page of store.movements(account, newest)) {
      take(page);
      if (found.size === wanted) break;
    }
  }
  if (found.size < wanted)
    throw new LedgerCorruptError(
      `Of the movements ${oldest} to ${newest} of ${account}, ${wanted - found.size} are missing.`,
    );
  const movements = [...found.values()].sort((one, other) => other.seq - one.seq);
  return { movements, before: oldest > 1 && wanted > 0 ? oldest : undefined };
}
