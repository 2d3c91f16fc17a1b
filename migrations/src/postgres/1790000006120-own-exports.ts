import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A tenant's caller may start an export of its own rows and take one of its exports away, and nothing else: the restrictive policies hold
 * beside the one that keeps tenants apart. It gets no right to the queue, whose jobs name other tenants; the reconciler sends the job.
 */
export class OwnExports1790000006120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      grant insert on leasehold.operations, leasehold.operation_steps, leasehold.archives to leasehold_app;
      grant update (removed_at) on leasehold.archives to leasehold_app;
      create policy own_export on leasehold.operations as restrictive for insert to leasehold_app
        with check (kind = 'tenant.export' and subject = tenant_id and state = 'queued');
      create policy own_export on leasehold.operation_steps as restrictive for insert to leasehold_app
        with check (state = 'pending');
      create policy own_export on leasehold.archives as restrictive for insert to leasehold_app
        with check (purpose = 'export' and cause = 'request' and state = 'writing');
      create policy own_export_removed on leasehold.archives as restrictive for update to leasehold_app
        using (purpose = 'export') with check (purpose = 'export');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop policy own_export_removed on leasehold.archives;
      drop policy own_export on leasehold.archives;
      drop policy own_export on leasehold.operation_steps;
      drop policy own_export on leasehold.operations;
      revoke update (removed_at) on leasehold.archives from leasehold_app;
      revoke insert on leasehold.operations, leasehold.operation_steps, leasehold.archives from leasehold_app;
    `);
  }
}
