import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A client's webhooks, with what was sent to them, end with the client: of an erased one nothing is left but tombstone and audit. */
export class WebhooksEnd1790000004430 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create function leasehold.end_webhooks() returns trigger language plpgsql as $$
        begin
          delete from leasehold.webhooks where tenant_id = new.id;
          return null;
        end $$;
      create trigger tenant_deleted after update of state on leasehold.tenants
        for each row when (new.state = 'deleted' and old.state <> 'deleted') execute function leasehold.end_webhooks();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger tenant_deleted on leasehold.tenants;
      drop function leasehold.end_webhooks;
    `);
  }
}
