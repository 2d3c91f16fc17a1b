import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What lists of ten thousand rows are ordered by, and the budgets of API keys that differ from their role's. */
export class Lists1790000004200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index tenants_by_state on leasehold.tenants (state, created_at desc, id desc);
      create index tenants_by_name on leasehold.tenants (display_name, id);
      create index tenants_by_update on leasehold.tenants (updated_at desc, id desc);
      create index tenants_by_cell on leasehold.tenants (cell) where state <> 'deleted';
      create index operations_by_created on leasehold.operations (created_at desc, id desc);
      create index operations_by_state on leasehold.operations (state, created_at desc, id desc);
      create index audit_events_by_time on leasehold.audit_events (at desc, id desc);
      alter table leasehold.api_keys add column rate_limit jsonb;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table leasehold.api_keys drop column rate_limit;
      drop index leasehold.tenants_by_state, leasehold.tenants_by_name, leasehold.tenants_by_update, leasehold.tenants_by_cell,
        leasehold.operations_by_created, leasehold.operations_by_state, leasehold.audit_events_by_time;
    `);
  }
}
