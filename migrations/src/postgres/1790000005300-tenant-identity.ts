import type { MigrationInterface, QueryRunner } from 'typeorm';

const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')`;
const tables = ['issuers', 'issuer_keys', 'members', 'caller_keys'];

/**
 * Who may call a client's product: the issuer of its tokens with its signing keys, the people and programs that get them
 * (members), and the API keys of its callers. Private keys are sealed; of API keys the hash is kept. All of it ends with the client.
 */
export class TenantIdentity1790000005300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table leasehold.issuers (
        tenant_id text primary key references leasehold.tenants (id),
        kind text not null default 'platform' check (kind in ('platform', 'oidc')),
        -- Of an issuer of the client's own; its keys are fetched again from time to time.
        issuer text,
        audience text,
        roles_claim text not null default 'roles',
        jwks_url text,
        jwks jsonb,
        jwks_fetched_at timestamptz,
        -- What the client's pods read is published again whenever this is ahead of what was published, or the cell is another.
        revision bigint not null default 1,
        published_revision bigint not null default 0,
        published_cell text,
        updated_at timestamptz not null default now(),
        check (kind = 'platform' or (issuer is not null and audience is not null and jwks_url is not null and jwks is not null))
      );

      create table leasehold.issuer_keys (
        id text primary key,
        tenant_id text not null references leasehold.issuers (tenant_id) on delete cascade,
        public_jwk jsonb not null,
        sealed bytea not null,
        sealed_key_id text not null,
        created_at timestamptz not null default now(),
        -- A new key is published before it signs.
        signs_from timestamptz not null,
        -- When its last token has ended; null while it is the newest.
        retires_at timestamptz
      );
      create index issuer_keys_by_tenant on leasehold.issuer_keys (tenant_id, signs_from desc);

      create table leasehold.members (
        id text primary key,
        tenant_id text not null references leasehold.tenants (id),
        subject text not null,
        email text,
        display_name text not null default '',
        roles text[] not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (tenant_id, subject)
      );
      create unique index members_by_email on leasehold.members (tenant_id, lower(email)) where email is not null;

      create table leasehold.caller_keys (
        id text primary key,
        tenant_id text not null references leasehold.issuers (tenant_id) on delete cascade,
        name text not null,
        roles text[] not null,
        secret_hash bytea not null unique,
        expires_at timestamptz,
        created_at timestamptz not null default now()
      );
      create index caller_keys_by_tenant on leasehold.caller_keys (tenant_id, id desc);

      grant select, insert, update, delete on leasehold.issuers, leasehold.issuer_keys, leasehold.members, leasehold.caller_keys
        to leasehold_platform, leasehold_app;

      create function leasehold.end_identity() returns trigger language plpgsql as $$
        begin
          delete from leasehold.members where tenant_id = new.id;
          delete from leasehold.issuers where tenant_id = new.id;
          return null;
        end $$;
      create trigger tenant_deleted_identity after update of state on leasehold.tenants
        for each row when (new.state = 'deleted' and old.state <> 'deleted') execute function leasehold.end_identity();

      -- What is published lies beside the branding, which goes when a client's pages go.
      create function leasehold.publish_identity() returns trigger language plpgsql as $$
        begin
          update leasehold.issuers set published_revision = 0 where tenant_id = new.id;
          return null;
        end $$;
      create trigger tenant_active_identity after update of state on leasehold.tenants
        for each row when (new.state = 'active' and old.state <> 'active') execute function leasehold.publish_identity();
    `);
    for (const table of tables) {
      await runner.query(`
        alter table leasehold.${table} enable row level security;
        alter table leasehold.${table} force row level security;
        create policy tenant on leasehold.${table} to leasehold_app using (${own}) with check (${own});
        create policy platform on leasehold.${table} to leasehold_platform using (true) with check (true);
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger tenant_active_identity on leasehold.tenants;
      drop trigger tenant_deleted_identity on leasehold.tenants;
      drop function leasehold.publish_identity, leasehold.end_identity;
      drop table leasehold.caller_keys, leasehold.members, leasehold.issuer_keys, leasehold.issuers;
    `);
  }
}
