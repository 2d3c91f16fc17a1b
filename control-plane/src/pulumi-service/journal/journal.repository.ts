import type { EntityManager } from 'typeorm';
import { row, rows, type Tx } from '../../platform/unit-of-work.js';
import { mayWrite, type UpdateLease } from '../updates.repository.js';
import type { JournalEntry } from '../wire/journal-entry.js';

export interface Appended {
  /** False: the lease does not allow it any more, and nothing was written. */
  readonly allowed: boolean;
  /** Entries whose sequence number was taken by other content. */
  readonly contradictions: number;
}

/** The journal of running updates, in `pulumi.journal_entries`. An entry is there when its request was answered. */
export class JournalRepository {
  constructor(private readonly db: EntityManager) {}

  /** Fence and write are one statement. A repeated entry changes nothing. */
  async append({ updateId, tokenHash }: UpdateLease, entries: readonly JournalEntry[]): Promise<Appended> {
    const result = await row<{ contradictions: number }>(
      this.db,
      `with lease as (
         select u.id from pulumi.updates u
         where u.id = $1 and u.token_hash = $2 and u.journal and ${mayWrite} for share of u),
       given as (
         select lease.id as update_id, g.sequence, g.entry
         from lease, unnest($3::bigint[], $4::text[]) as g (sequence, entry)),
       written as (
         insert into pulumi.journal_entries (update_id, sequence, entry)
         select update_id, sequence, entry::json from given on conflict do nothing)
       select (select count(*)::int from given join pulumi.journal_entries j using (update_id, sequence)
         where j.entry::text <> given.entry) as contradictions
       from lease`,
      [
        updateId,
        tokenHash,
        entries.map(({ sequenceID }) => sequenceID),
        entries.map((entry) => JSON.stringify(entry)),
      ],
    );
    return { allowed: result !== undefined, contradictions: result?.contradictions ?? 0 };
  }

  /** In the order of their sequence. */
  async entries(tx: Tx, updateId: string): Promise<JournalEntry[]> {
    const found = await rows<{ entry: JournalEntry }>(
      tx,
      'select entry from pulumi.journal_entries where update_id = $1 order by sequence',
      [updateId],
    );
    return found.map(({ entry }) => entry);
  }

  async clear(tx: Tx, updateId: string): Promise<void> {
    await rows(tx, 'delete from pulumi.journal_entries where update_id = $1', [updateId]);
  }
}
