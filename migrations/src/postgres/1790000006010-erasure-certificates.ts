import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Signed documents that say what was erased, when, and how it was proved. They outlive their tenant; so do the keys that sign
 * them, which are the platform's. Private keys are sealed.
 */
export class ErasureCertificates1790000006010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')`;
    await runner.query(`
      create table leasehold.erasure_keys (
        id text primary key,
        public_jwk jsonb not null,
        sealed bytea not null,
        sealed_key_id text not null,
        created_at timestamptz not null default now()
      );
      create table leasehold.erasure_certificates (
        id text primary key,
        tenant_id text not null references leasehold.tenants (id),
        operation_id text not null unique references leasehold.operations (id),
        -- A compact JWS (RFC 7515).
        jws text not null,
        issued_at timestamptz not null
      );
      create index erasure_certificates_by_tenant on leasehold.erasure_certificates (tenant_id, id);
      grant select, insert on leasehold.erasure_keys, leasehold.erasure_certificates to leasehold_platform;
      grant select on leasehold.erasure_certificates to leasehold_app;
      alter table leasehold.erasure_keys enable row level security;
      alter table leasehold.erasure_keys force row level security;
      create policy platform on leasehold.erasure_keys to leasehold_platform using (true) with check (true);
      alter table leasehold.erasure_certificates enable row level security;
      alter table leasehold.erasure_certificates force row level security;
      create policy tenant on leasehold.erasure_certificates to leasehold_app using (${own}) with check (${own});
      create policy platform on leasehold.erasure_certificates to leasehold_platform using (true) with check (true);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table leasehold.erasure_certificates');
    await runner.query('drop table leasehold.erasure_keys');
  }
}
