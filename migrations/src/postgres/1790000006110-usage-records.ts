import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Usage records: what is told of an hour once it is complete. `usage_watermarks` says up to where a cell's counts are; `untold`, that an
 * hour's counts are not in its newest record. And webhooks get a choice of format.
 */
export class UsageRecords1790000006110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table leasehold.usage_watermarks (
        cell text primary key references leasehold.cells (name),
        -- Hours that end here or before have all their counts, as far as the cell knew when it was asked.
        complete_until timestamptz not null
      );
      grant select, insert, update, delete on leasehold.usage_watermarks to leasehold_platform;

      alter table leasehold.usage_hours
        add column untold boolean not null default true,
        -- Of the newest record of this hour; 0 before the first.
        add column revision integer not null default 0;
      create index usage_hours_untold on leasehold.usage_hours (hour) where untold;

      alter table leasehold.webhooks
        add column format text not null default 'standard' check (format in ('standard', 'cloudevents'));
      alter table leasehold.webhook_deliveries
        add column format text not null default 'standard' check (format in ('standard', 'cloudevents'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table leasehold.webhook_deliveries drop column format;
      alter table leasehold.webhooks drop column format;
      alter table leasehold.usage_hours drop column untold, drop column revision;
      drop table leasehold.usage_watermarks;
    `);
  }
}
