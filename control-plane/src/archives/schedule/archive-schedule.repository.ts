import { row, rows, type Tx } from '../../platform/unit-of-work.js';

export interface DueBackup {
  readonly tenantId: string;
  readonly keepDays: number;
}

export interface ExpiredArchive {
  readonly id: string;
  readonly tenantId: string;
  readonly cell: string;
}

/** All times are the database's. */
export class ArchiveScheduleRepository {
  /** The next tenant whose plan asks for a backup that it does not have, kept from other workers until the end of the transaction. */
  async nextDue(tx: Tx, except: readonly string[]): Promise<DueBackup | undefined> {
    const found = await row<{ id: string; keep_days: number }>(
      tx,
      `select t.id, (p.spec -> 'backup' ->> 'keepDays')::int as keep_days
       from leasehold.tenants t join leasehold.plans p on p.name = t.plan
       where t.state in ('active', 'suspended') and jsonb_typeof(p.spec -> 'backup') = 'object' and t.id <> all ($1::text[])
         and t.created_at < now() - (p.spec -> 'backup' ->> 'everyHours')::int * interval '1 hour'
         and not exists (
           select 1 from leasehold.archives a
           where a.tenant_id = t.id and a.purpose = 'backup'
             and a.created_at > now() - (p.spec -> 'backup' ->> 'everyHours')::int * interval '1 hour')
       order by t.id limit 1 for update of t skip locked`,
      [except],
    );
    return found && { tenantId: found.id, keepDays: found.keep_days };
  }

  async expired(tx: Tx, limit: number): Promise<ExpiredArchive[]> {
    return rows(
      tx,
      `select id, tenant_id as "tenantId", cell from leasehold.archives
       where least(expires_at, removed_at) <= now() order by least(expires_at, removed_at) limit $1`,
      [limit],
    );
  }
}
