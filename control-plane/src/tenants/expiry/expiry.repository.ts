import { row, rows, type Tx } from '../../platform/unit-of-work.js';
import { noticeDays } from './notice-days.js';

/** A tenant with a last day that something is to be done about. */
export interface Expiring {
  readonly id: string;
  readonly slug: string;
  readonly expiresAt: Date;
  /** The notice that is due, in days before the last moment; 0 when that has come. */
  readonly due: number;
}

/** All times are the database's. */
export class ExpiryRepository {
  /** The next tenant that is due, kept from other workers until the end of the transaction. */
  async next(tx: Tx, except: readonly string[]): Promise<Expiring | undefined> {
    const found = await row<{ id: string; slug: string; expires_at: Date; due: number }>(
      tx,
      `select t.id, t.slug, t.expires_at, d.due
       from leasehold.tenants t
       cross join lateral (
         select min(days) as due from unnest($1::int[]) days where t.expires_at <= now() + days * interval '1 day') d
       where t.expires_at is not null and t.state = 'active' and t.id <> all ($2::text[])
         and d.due < coalesce(t.expiry_told_days, 1000)
       order by t.expires_at limit 1 for update of t skip locked`,
      [[0, ...noticeDays], except],
    );
    return found && { id: found.id, slug: found.slug, expiresAt: found.expires_at, due: found.due };
  }

  async setTold(tx: Tx, id: string, days: number): Promise<void> {
    await rows(tx, 'update leasehold.tenants set expiry_told_days = $2 where id = $1', [id, days]);
  }
}
