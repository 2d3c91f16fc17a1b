import { rows, type Tx } from '../platform/unit-of-work.js';
import { toCounts, wholes, type CountsRow } from './usage-counts.js';
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

const counted = [...wholes, 'pod_seconds'].map((column) => `u.${column}`).join(', ');

export class UsageRecordsRepository {
  /** Takes complete hours whose counts are not told, the oldest first: they count as told when the transaction commits. */
  async take(tx: Tx, limit: number): Promise<UsageRecord[]> {
    const taken = await rows<RecordRow>(
      tx,
      `with due as (
         select u.tenant_id, u.hour from leasehold.usage_hours u
         join leasehold.tenants t on t.id = u.tenant_id
         join leasehold.usage_watermarks w on w.cell = t.cell
         where u.untold and u.hour < w.complete_until
         order by u.hour, u.tenant_id limit $1 for update of u skip locked)
       update leasehold.usage_hours u set untold = false, revision = u.revision + 1
       from due, leasehold.tenants t
       where u.tenant_id = due.tenant_id and u.hour = due.hour and t.id = u.tenant_id
       returning u.tenant_id, t.slug, u.hour, u.revision, ${counted}`,
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
