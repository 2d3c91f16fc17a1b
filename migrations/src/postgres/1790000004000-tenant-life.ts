import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a tenant's life needs beyond its creation: changes with a way back, protection, a last day. */
export class TenantLife1790000004000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table leasehold.tenants
        -- What runs while the spec does not (yet): release, plan, parameters, names. Null when the spec itself runs.
        add column last_good jsonb,
        add column secret_refs jsonb not null default '{}',
        add column deletion_protection boolean not null default false,
        add column expires_at timestamptz,
        -- The smallest number of days before the last day that was told of it.
        add column expiry_told_days integer;
      create index tenants_by_expiry on leasehold.tenants (expires_at) where expires_at is not null;

      -- No longer in the spec, and kept until what runs has let go of it.
      alter table leasehold.hostnames add column leaving boolean not null default false;

      -- What a failure leads to: the operation stays as it is and can be resumed, or it is rolled back by itself.
      alter table leasehold.operations
        add column on_failure text not null default 'keep' check (on_failure in ('keep', 'rollback'));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table leasehold.operations drop column on_failure;
      alter table leasehold.hostnames drop column leaving;
      alter table leasehold.tenants
        drop column last_good, drop column secret_refs, drop column deletion_protection, drop column expires_at,
        drop column expiry_told_days;
    `);
  }
}
