import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A tenant that is deleted while it is suspended comes back suspended: whether it was is kept beside its state. */
export class SuspendedTenants1790000005000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table leasehold.tenants add column suspended boolean not null default false;
      update leasehold.tenants set suspended = true where state = 'suspended';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table leasehold.tenants drop column suspended');
  }
}
