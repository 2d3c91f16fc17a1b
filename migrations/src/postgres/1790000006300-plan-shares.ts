import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The data gateway reads what a tenant's plan lets it use, and is told when that changes. Of tenants it sees which plan they have and
 * nothing else.
 */
export class PlanShares1790000006300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      grant select (id, plan) on leasehold.tenants to leasehold_gateway;
      create policy gateway on leasehold.tenants for select to leasehold_gateway using (true);
      grant select (name, spec) on leasehold.plans to leasehold_gateway;
      create function leasehold.notify_share() returns trigger language plpgsql as $$
        begin
          perform pg_notify('row_key_prefixes', 'share');
          return null;
        end $$;
      create trigger tenants_plan_changed after update of plan on leasehold.tenants
        for each row when (old.plan is distinct from new.plan) execute function leasehold.notify_share();
      create trigger plans_changed after update of spec on leasehold.plans
        for each row when (old.spec is distinct from new.spec) execute function leasehold.notify_share();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger plans_changed on leasehold.plans;
      drop trigger tenants_plan_changed on leasehold.tenants;
      drop function leasehold.notify_share();
      revoke select (name, spec) on leasehold.plans from leasehold_gateway;
      drop policy gateway on leasehold.tenants;
      revoke select (id, plan) on leasehold.tenants from leasehold_gateway;
    `);
  }
}
