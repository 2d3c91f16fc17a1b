import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables with a tenant's rows, and the column that says whose they are. */
const owned: Readonly<Record<string, string>> = {
  tenants: 'id',
  hostnames: 'tenant_id',
  branding: 'tenant_id',
  api_keys: 'tenant_id',
  idempotency_keys: 'tenant_id',
  audit_events: 'tenant_id',
  events: 'tenant_id',
  operations: 'tenant_id',
  operation_steps: 'tenant_id',
};

/**
 * Row-level security. A tenant's requests run as `leasehold_app` and see the rows of `app.tenant_id`, none when it is unset;
 * platform roles and reconcilers run as `leasehold_platform`, which a tenant's request can never take.
 * What a role is not granted here it does not have.
 */
export class RowLevelSecurity1790000001900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      grant usage on schema leasehold to leasehold_app, leasehold_platform, leasehold_gateway;
      grant select, insert, update, delete on all tables in schema leasehold to leasehold_platform;
      grant usage on all sequences in schema leasehold to leasehold_platform, leasehold_app;
      grant select on leasehold.plans, leasehold.templates, leasehold.releases, leasehold.cells to leasehold_app;
      grant select on leasehold.tenants, leasehold.hostnames, leasehold.operations, leasehold.operation_steps,
        leasehold.events, leasehold.audit_events, leasehold.api_keys to leasehold_app;
      grant select, insert, update on leasehold.branding to leasehold_app;
      grant insert on leasehold.events, leasehold.audit_events to leasehold_app;
      grant select, insert, update, delete on leasehold.idempotency_keys to leasehold_app;
      grant select on leasehold.row_key_prefixes to leasehold_gateway;
      alter table leasehold.row_key_prefixes enable row level security;
      alter table leasehold.row_key_prefixes force row level security;
      create policy platform on leasehold.row_key_prefixes to leasehold_platform using (true) with check (true);
      create policy gateway on leasehold.row_key_prefixes for select to leasehold_gateway using (true);
    `);
    for (const [table, column] of Object.entries(owned)) {
      const own = `${column} = nullif(current_setting('app.tenant_id', true), '')`;
      await runner.query(`
        alter table leasehold.${table} enable row level security;
        alter table leasehold.${table} force row level security;
        create policy tenant on leasehold.${table} to leasehold_app using (${own}) with check (${own});
        create policy platform on leasehold.${table} to leasehold_platform using (true) with check (true);
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...Object.keys(owned), 'row_key_prefixes']) {
      await runner.query(`
        drop policy if exists tenant on leasehold.${table};
        drop policy if exists gateway on leasehold.${table};
        drop policy platform on leasehold.${table};
        alter table leasehold.${table} disable row level security;
      `);
    }
  }
}
