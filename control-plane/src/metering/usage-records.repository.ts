import { rows, type Tx } from '../platform/unit-of-work.js';
import { sums, toCounts, type CountsRow } from './usage-counts.js';
import type { UsageCounts } from './usage.schema.js';

/** The counts of a tenant's hour, for the first time or again because more has come. */
export interface UsageRecord {
  readonly tenantId: string;
  readonly slug: string;
  /** Its first moment. */
  readonly hour: Date;
  /** 1, 2, 3: a record replaces those of the same hour before it. */
  readonly revision: number;
  readonly counts: UsageCounts;
}

type RecordRow = CountsRow & {
  readonly tenant_id: string;
  readonly slug: string;
  readonly hour: Date;
  readonly revision: number;
};

export class UsageRecordsRepository {
  /**
   * Takes hours whose counts are not told, the oldest first, when every cell that may have counted them has: they count as told when the
   * transaction commits.
   */
  async take(tx: Tx, limit: number): Promise<UsageRecord[]> {
    const taken = await rows<RecordRow>(
      tx,
      `with due as (
         select r.tenant_id, r.hour from leasehold.usage_records r
         join leasehold.tenants t on t.id = r.tenant_id
         join leasehold.usage_watermarks w on w.cell = t.cell
         where r.untold and r.hour < w.complete_until
           and not exists (select 1 from leasehold.usage_hours u left join leasehold.usage_watermarks o on o.cell = u.cell
             where u.tenant_id = r.tenant_id and u.hour = r.hour and (o.cell is null or u.hour >= o.complete_until))
         order by r.hour, r.tenant_id limit $1 for update of r skip locked),
       told as (
         update leasehold.usage_records r set untold = false, revision = r.revision + 1
         from due where r.tenant_id = due.tenant_id and r.hour = due.hour
         returning r.tenant_id, r.hour, r.revision)
       select told.tenant_id, t.slug, told.hour, told.revision, u.*
       from told join leasehold.tenants t on t.id = told.tenant_id,
         lateral (select ${sums} from leasehold.usage_hours h where h.tenant_id = told.tenant_id and h.hour = told.hour) u`,
      [limit],
    );
    return taken.map((found) => ({
      tenantId: found.tenant_id,
      slug: found.slug,
      hour: found.hour,
      revision: found.revision,
      counts: toCounts(found),
    }));
  }
}
