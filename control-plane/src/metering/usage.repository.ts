import { onlyRow, row, rows, type Tx } from '../platform/unit-of-work.js';
import type { CellUsage } from '../targets/target.js';
import { sums, toCounts, type CountsRow } from './usage-counts.js';
import type { UsageCounts } from './usage.schema.js';

const edgeColumns = ['requests', 'errors', 'pod_seconds', 'request_bytes', 'response_bytes'];
const dataColumns = ['data_calls', 'rows_read', 'bytes_read', 'rows_written', 'bytes_written', 'tokens'];

/**
 * Takes what is more than was known, and marks those hours as untold.
 * @param counted a statement that gives tenant_id, hour and the columns
 * @param cell its parameter
 */
function keepGreater(columns: readonly string[], counted: string, cell: string): string {
  const sets = columns.map((column) => `${column} = greatest(u.${column}, excluded.${column})`);
  const more = columns.map((column) => `excluded.${column} > u.${column}`);
  const names = columns.join(', ');
  return `
    with counted as (${counted}),
    grown as (
      insert into leasehold.usage_hours as u (tenant_id, hour, cell, ${names})
      select tenant_id, hour, ${cell}, ${names} from counted
      on conflict (tenant_id, hour, cell) do update set ${sets.join(', ')} where ${more.join(' or ')}
      returning u.tenant_id, u.hour)
    insert into leasehold.usage_records as r (tenant_id, hour) select tenant_id, hour from grown
    on conflict (tenant_id, hour) do update set untold = true where not r.untold`;
}

/** A span of time; `to` is not in it. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** What is stored is what cells have counted: it only grows, so the same again changes nothing. */
export class UsageRepository {
  /** A tenant that has moved away may have been counted here for a while after. */
  async addEdge(tx: Tx, cell: string, usage: CellUsage['edge']): Promise<void> {
    const counted = `
      select t.id as tenant_id, c.* from unnest($2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::float8[], $7::bigint[], $8::bigint[])
        as c (namespace, hour, requests, errors, pod_seconds, request_bytes, response_bytes)
      join leasehold.row_key_prefixes p on p.namespace = c.namespace and p.state <> 'erased'
      join leasehold.tenants t on t.id = p.tenant_id
      where t.cell = $1 or exists (select 1 from leasehold.usage_hours h where h.tenant_id = t.id and h.cell = $1)`;
    await rows(tx, keepGreater(edgeColumns, counted, '$1'), [
      cell,
      usage.map(({ namespace }) => namespace),
      usage.map(({ hour }) => hour),
      usage.map(({ requests }) => requests),
      usage.map(({ errors }) => errors),
      usage.map(({ podSeconds }) => podSeconds),
      usage.map(({ requestBytes }) => requestBytes),
      usage.map(({ responseBytes }) => responseBytes),
    ]);
  }

  async addData(tx: Tx, cell: string, usage: CellUsage['data']): Promise<void> {
    const counted = `
      select p.tenant_id, c.* from unnest($2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
        as c (prefix, hour, data_calls, rows_read, bytes_read, rows_written, bytes_written, tokens)
      join leasehold.row_key_prefixes p on p.prefix = c.prefix
      join leasehold.tenants t on t.id = p.tenant_id`;
    await rows(tx, keepGreater(dataColumns, counted, '$1'), [
      cell,
      usage.map(({ prefix }) => prefix),
      usage.map(({ hour }) => hour),
      usage.map(({ calls }) => calls),
      usage.map(({ rowsRead }) => rowsRead),
      usage.map(({ bytesRead }) => bytesRead),
      usage.map(({ rowsWritten }) => rowsWritten),
      usage.map(({ bytesWritten }) => bytesWritten),
      usage.map(({ tokens }) => tokens),
    ]);
  }

  /** From where a cell's counts are to be read again: an hour before those that are complete, or a month back. */
  async gatherFrom(tx: Tx, cell: string): Promise<Date> {
    const { since } = await onlyRow<{ since: Date }>(
      tx,
      `select coalesce(max(complete_until) - interval '1 hour', now() - interval '31 days') as since
       from leasehold.usage_watermarks where cell = $1`,
      [cell],
    );
    return since;
  }

  /** A cell's counts up to a moment are in. Its hours are complete a minute later, when the last writes of each are in the log. */
  async gathered(tx: Tx, cell: string, until: Date): Promise<void> {
    await rows(
      tx,
      `insert into leasehold.usage_watermarks as w (cell, complete_until)
       values ($1, date_trunc('hour', $2::timestamptz - interval '1 minute', 'UTC'))
       on conflict (cell) do update set complete_until = greatest(w.complete_until, excluded.complete_until)`,
      [cell, until],
    );
  }

  /** Tenants whose rows were not measured in the last hour, those that wait longest first. */
  async unmeasured(tx: Tx, cell: string, limit: number): Promise<{ tenantId: string; prefix: string }[]> {
    return rows(
      tx,
      `select t.id as "tenantId", p.prefix from leasehold.tenants t
       join leasehold.row_key_prefixes p on p.tenant_id = t.id and p.state in ('live', 'held')
       left join leasehold.usage_stored s on s.tenant_id = t.id
       where t.cell = $1 and t.state in ('active', 'suspended') and (s.measured_at is null or s.measured_at < now() - interval '1 hour')
       order by s.measured_at nulls first limit $2`,
      [cell, limit],
    );
  }

  async setStored(tx: Tx, tenantId: string, stored: { rows: number; bytes: number }): Promise<void> {
    await rows(
      tx,
      `insert into leasehold.usage_stored (tenant_id, rows, bytes) values ($1, $2, $3)
       on conflict (tenant_id) do update set rows = excluded.rows, bytes = excluded.bytes, measured_at = now()`,
      [tenantId, stored.rows, stored.bytes],
    );
  }

  async stored(
    tx: Tx,
    tenantId: string,
  ): Promise<{ rows: number; bytes: number; measuredAt: Date } | undefined> {
    const found = await row<{ rows: string; bytes: string; measured_at: Date }>(
      tx,
      'select rows, bytes, measured_at from leasehold.usage_stored where tenant_id = $1',
      [tenantId],
    );
    return found && { rows: Number(found.rows), bytes: Number(found.bytes), measuredAt: found.measured_at };
  }

  /** What was used, period by period (in UTC); periods without use are left out. */
  async periods(
    tx: Tx,
    tenantId: string,
    per: 'hour' | 'day' | 'month',
    { from, to }: Span,
  ): Promise<(UsageCounts & { period: Date })[]> {
    const found = await rows<CountsRow & { period: Date }>(
      tx,
      `select date_trunc($2, hour, 'UTC') as period, ${sums} from leasehold.usage_hours
       where tenant_id = $1 and hour >= date_trunc('hour', $3::timestamptz) and hour < $4 group by 1 order by 1`,
      [tenantId, per, from, to],
    );
    return found.map((each) => ({ period: each.period, ...toCounts(each) }));
  }

  async sum(tx: Tx, tenantId: string, { from, to }: Span): Promise<UsageCounts> {
    const sql = `select ${sums} from leasehold.usage_hours where tenant_id = $1 and hour >= date_trunc('hour', $2::timestamptz) and hour < $3`;
    return toCounts(await onlyRow<CountsRow>(tx, sql, [tenantId, from, to]));
  }

  /** The month that the database is in, in UTC, up to now; `ends` is the first moment of the next. */
  async thisMonth(tx: Tx): Promise<Span & { readonly ends: Date }> {
    return onlyRow(
      tx,
      `select month as "from", now() as "to", (month at time zone 'UTC' + interval '1 month') at time zone 'UTC' as ends
       from date_trunc('month', now(), 'UTC') month`,
    );
  }

  /** @returns false when it was told before */
  async tell(tx: Tx, tenantId: string, month: Date, meter: string, level: number): Promise<boolean> {
    const told = await row(
      tx,
      `insert into leasehold.usage_notices (tenant_id, month, meter, level) values ($1, $2, $3, $4)
       on conflict do nothing returning 1`,
      [tenantId, month, meter, level],
    );
    return told !== undefined;
  }

  /** What the tenant's pods were last told to refuse; undefined when they were never told anything. */
  async refusals(tx: Tx, tenantId: string): Promise<unknown> {
    const sql = 'select refused from leasehold.usage_refusals where tenant_id = $1';
    return (await row<{ refused: unknown }>(tx, sql, [tenantId]))?.refused;
  }

  async setRefusals(tx: Tx, tenantId: string, refused: readonly object[]): Promise<void> {
    await rows(
      tx,
      `insert into leasehold.usage_refusals (tenant_id, refused) values ($1, $2)
       on conflict (tenant_id) do update set refused = excluded.refused, published_at = now()`,
      [tenantId, JSON.stringify(refused)],
    );
  }

  /** Tenants of a cell whose plan has a limit, or that are told to refuse something. */
  async limited(tx: Tx, cell: string): Promise<{ id: string; slug: string; plan: string }[]> {
    return rows(
      tx,
      `select t.id, t.slug, t.plan from leasehold.tenants t join leasehold.plans p on p.name = t.plan
       where t.cell = $1 and t.state in ('active', 'suspended')
         and (jsonb_path_exists(p.spec, '$.limits.* ? (@ != null)')
           or exists (select 1 from leasehold.usage_refusals r where r.tenant_id = t.id and r.refused <> '[]'))
       order by t.id`,
      [cell],
    );
  }
}
