import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tenants on their way to a cell take places there; they are counted with each onboarding. */
export class MovingTenants1790000006410 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `create index tenants_moving on leasehold.tenants (moving_to) where moving_to is not null`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index leasehold.tenants_moving');
  }
}
