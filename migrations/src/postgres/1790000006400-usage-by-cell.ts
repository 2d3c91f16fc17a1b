import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A tenant that moves is counted by two cells in one hour: each has a row of its own, and the hour is their sum. What was told of an hour
 * moves to `usage_records`.
 */
export class UsageByCell1790000006400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')`;
    await runner.query(`
      create table leasehold.usage_records (
        tenant_id text not null references leasehold.tenants (id),
        -- The first moment of the hour.
        hour timestamptz not null,
        -- Whether counts of the hour are not in its newest record.
        untold boolean not null default true,
        -- Of the newest record; 0 before the first.
        revision integer not null default 0,
        primary key (tenant_id, hour)
      );
      create index usage_records_untold on leasehold.usage_records (hour, tenant_id) where untold;
      grant select, insert, update, delete on leasehold.usage_records to leasehold_platform;
      alter table leasehold.usage_records enable row level security;
      alter table leasehold.usage_records force row level security;
      create policy tenant on leasehold.usage_records to leasehold_app using (${own}) with check (${own});
      create policy platform on leasehold.usage_records to leasehold_platform using (true) with check (true);
      insert into leasehold.usage_records (tenant_id, hour, untold, revision)
        select tenant_id, hour, untold, revision from leasehold.usage_hours;

      alter table leasehold.usage_hours add column cell text references leasehold.cells (name);
      update leasehold.usage_hours u set cell = t.cell from leasehold.tenants t where t.id = u.tenant_id;
      alter table leasehold.usage_hours
        alter column cell set not null,
        drop constraint usage_hours_pkey,
        add primary key (tenant_id, hour, cell),
        drop column untold,
        drop column revision;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table leasehold.usage_hours
        add column untold boolean not null default true,
        add column revision integer not null default 0;
      create table leasehold.usage_sums as
        select tenant_id, hour, sum(requests) as requests, sum(errors) as errors, sum(pod_seconds) as pod_seconds,
          sum(data_calls) as data_calls, sum(rows_read) as rows_read, sum(bytes_read) as bytes_read, sum(rows_written) as rows_written,
          sum(bytes_written) as bytes_written, sum(request_bytes) as request_bytes, sum(response_bytes) as response_bytes, sum(tokens) as tokens
        from leasehold.usage_hours group by tenant_id, hour;
      delete from leasehold.usage_hours;
      alter table leasehold.usage_hours drop constraint usage_hours_pkey, drop column cell, add primary key (tenant_id, hour);
      insert into leasehold.usage_hours (tenant_id, hour, requests, errors, pod_seconds, data_calls, rows_read, bytes_read, rows_written,
          bytes_written, request_bytes, response_bytes, tokens)
        select tenant_id, hour, requests, errors, pod_seconds, data_calls, rows_read, bytes_read, rows_written,
          bytes_written, request_bytes, response_bytes, tokens from leasehold.usage_sums;
      drop table leasehold.usage_sums;
      update leasehold.usage_hours u set untold = r.untold, revision = r.revision from leasehold.usage_records r
        where r.tenant_id = u.tenant_id and r.hour = u.hour;
      create index usage_hours_untold on leasehold.usage_hours (hour) where untold;
      drop table leasehold.usage_records;
    `);
  }
}
