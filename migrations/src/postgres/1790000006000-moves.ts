import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A tenant can move to another cell: its prefix is live in the gateway of one cell, and what was copied on the way is an archive. */
export class Moves1790000006000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The gateways of other cells refuse its pods. The first cell of a twin is called local.
      alter table leasehold.row_key_prefixes add column cell text not null default 'local';
      update leasehold.row_key_prefixes p set cell = t.cell from leasehold.tenants t where t.id = p.tenant_id;
      alter table leasehold.archives drop constraint archives_cause_check,
        add constraint archives_cause_check check (cause in ('request', 'schedule', 'restore', 'move'));
      -- The cell that keeps a place for the tenant while it is on its way.
      alter table leasehold.tenants add column moving_to text references leasehold.cells (name);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update leasehold.archives set cause = 'restore' where cause = 'move';
      alter table leasehold.archives drop constraint archives_cause_check,
        add constraint archives_cause_check check (cause in ('request', 'schedule', 'restore'));
      alter table leasehold.row_key_prefixes drop column cell;
      alter table leasehold.tenants drop column moving_to;
    `);
  }
}
