import type { MigrationInterface, QueryRunner } from 'typeorm';

const owned = ['usage_hours', 'usage_stored', 'usage_notices', 'usage_refusals'] as const;

/** What clients use: counted by the cells, gathered by the control plane. */
export class Metering1790000005500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table twin.edge_usage (
        cell text not null,
        namespace text not null,
        hour timestamptz not null,
        requests bigint not null default 0,
        errors bigint not null default 0,
        pod_seconds double precision not null default 0,
        primary key (cell, namespace, hour)
      );
      create index edge_usage_by_hour on twin.edge_usage (cell, hour);
      grant select, insert, update, delete on twin.edge_usage to leasehold_twin;

      create table leasehold.usage_hours (
        tenant_id text not null references leasehold.tenants (id),
        -- The first moment of the hour.
        hour timestamptz not null,
        requests bigint not null default 0,
        errors bigint not null default 0,
        pod_seconds double precision not null default 0,
        data_calls bigint not null default 0,
        rows_read bigint not null default 0,
        bytes_read bigint not null default 0,
        rows_written bigint not null default 0,
        bytes_written bigint not null default 0,
        primary key (tenant_id, hour)
      );
      create index usage_hours_by_hour on leasehold.usage_hours (hour);

      create table leasehold.usage_stored (
        tenant_id text primary key references leasehold.tenants (id),
        rows bigint not null,
        bytes bigint not null,
        measured_at timestamptz not null default now()
      );

      create table leasehold.usage_notices (
        tenant_id text not null references leasehold.tenants (id),
        month date not null,
        meter text not null,
        -- Percent of the plan's limit.
        level integer not null,
        told_at timestamptz not null default now(),
        primary key (tenant_id, month, meter, level)
      );
      -- What the tenant's pods were last told to refuse.
      create table leasehold.usage_refusals (
        tenant_id text primary key references leasehold.tenants (id),
        refused jsonb not null,
        published_at timestamptz not null default now()
      );
      grant select on leasehold.usage_hours, leasehold.usage_stored, leasehold.usage_notices to leasehold_app;
    `);
    for (const table of owned) {
      const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')`;
      await runner.query(`
        grant select, insert, update, delete on leasehold.${table} to leasehold_platform;
        alter table leasehold.${table} enable row level security;
        alter table leasehold.${table} force row level security;
        create policy tenant on leasehold.${table} to leasehold_app using (${own}) with check (${own});
        create policy platform on leasehold.${table} to leasehold_platform using (true) with check (true);
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of owned) await runner.query(`drop table leasehold.${table}`);
    await runner.query('drop table twin.edge_usage');
  }
}
