import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tenants and what hangs on them, the catalog, cells, access, audit and events.
 * Tables that belong to a tenant carry `tenant_id` and are closed by row-level security (see 1790000001900).
 */
export class ControlCore1790000001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create schema if not exists leasehold;

      create table leasehold.plans (
        name text primary key,
        display_name text not null,
        spec jsonb not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      create table leasehold.templates (
        name text primary key,
        display_name text not null,
        description text not null default '',
        created_at timestamptz not null default now()
      );

      create table leasehold.releases (
        id text primary key,
        template text not null references leasehold.templates (name),
        version text not null,
        image text not null,
        chart_digest text not null,
        manifest jsonb not null,
        created_at timestamptz not null default now(),
        unique (template, version)
      );

      create table leasehold.cells (
        id text primary key,
        name text not null unique,
        environment text not null check (environment in ('development', 'staging', 'production')),
        region text not null,
        target text not null check (target in ('twin', 'kubernetes', 'gcp')),
        domain text not null,
        capacity integer not null check (capacity > 0),
        state text not null default 'preparing' check (state in ('preparing', 'ready', 'failed')),
        outputs jsonb not null default '{}',
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      );

      create table leasehold.tenants (
        id text primary key,
        slug text not null,
        display_name text not null,
        state text not null check (state in ('requested', 'provisioning', 'active', 'suspended', 'failed',
          'pending_deletion', 'erasing', 'deleted')),
        template text not null references leasehold.templates (name),
        release_id text not null references leasehold.releases (id),
        plan text not null references leasehold.plans (name),
        cell text not null references leasehold.cells (name),
        edge_shard text not null,
        row_key_prefix text,
        parameters jsonb not null default '{}',
        labels jsonb not null default '{}',
        contact jsonb,
        conditions jsonb not null default '[]',
        spec_revision bigint not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        deleted_at timestamptz
      );
      -- At most one live tenant holds a slug; a tombstone frees it.
      create unique index tenants_live_slug on leasehold.tenants (slug) where state <> 'deleted';
      create index tenants_by_created on leasehold.tenants (created_at desc, id desc);
      create index tenants_labels on leasehold.tenants using gin (labels jsonb_path_ops);

      create table leasehold.hostnames (
        hostname text primary key,
        tenant_id text not null references leasehold.tenants (id),
        kind text not null check (kind in ('platform', 'custom')),
        created_at timestamptz not null default now()
      );
      create index hostnames_by_tenant on leasehold.hostnames (tenant_id);

      -- Prefixes are never reused, so rows stay after erasure.
      create table leasehold.row_key_prefixes (
        prefix text primary key check (prefix ~ '^[0-9a-hjkmnp-tv-z]{10}$'),
        tenant_id text not null,
        namespace text not null,
        state text not null check (state in ('live', 'revoked', 'erased')),
        created_at timestamptz not null default now(),
        erased_at timestamptz
      );
      create unique index row_key_prefixes_live_tenant on leasehold.row_key_prefixes (tenant_id) where state = 'live';
      create unique index row_key_prefixes_live_namespace on leasehold.row_key_prefixes (namespace) where state = 'live';
      create function leasehold.notify_row_key_prefix() returns trigger language plpgsql as $$
        begin
          perform pg_notify('row_key_prefixes', new.prefix);
          return null;
        end $$;
      create trigger row_key_prefixes_changed after insert or update on leasehold.row_key_prefixes
        for each row execute function leasehold.notify_row_key_prefix();

      create table leasehold.branding (
        tenant_id text primary key references leasehold.tenants (id),
        revision bigint not null check (revision > 0),
        spec jsonb not null,
        published_revision bigint not null default 0,
        updated_at timestamptz not null default now()
      );

      create table leasehold.api_keys (
        id text primary key,
        name text not null,
        role text not null check (role in ('admin', 'operator', 'viewer', 'ci', 'tenant-admin', 'tenant-viewer')),
        tenant_id text references leasehold.tenants (id),
        secret_hash bytea not null unique,
        expires_at timestamptz,
        last_used_at timestamptz,
        created_at timestamptz not null default now(),
        revoked_at timestamptz,
        check ((role like 'tenant-%') = (tenant_id is not null))
      );

      create table leasehold.idempotency_keys (
        caller text not null,
        route text not null,
        key text not null,
        tenant_id text,
        request_digest bytea not null,
        -- The answer is written in the transaction that takes the key: nobody ever sees a row without it.
        status integer,
        headers jsonb,
        -- json keeps the text as it was: a replay is the same answer to the byte.
        body json,
        created_at timestamptz not null default now(),
        primary key (caller, route, key)
      );
      create index idempotency_keys_by_age on leasehold.idempotency_keys (created_at);

      create table leasehold.audit_events (
        id text primary key,
        at timestamptz not null default now(),
        actor text not null,
        action text not null,
        subject text not null,
        tenant_id text,
        request_id text not null,
        detail jsonb not null default '{}'
      );
      create index audit_events_by_tenant on leasehold.audit_events (tenant_id, at desc);

      -- Outbox: written in the same transaction as the change it tells of, sent after it.
      -- Transactions commit in another order than they draw their sequence, so a reader that remembers the largest one it
      -- has seen would miss some. The position is given after the commit, by one transaction at a time: it is what readers follow.
      create sequence leasehold.event_positions;
      create table leasehold.events (
        sequence bigint generated always as identity primary key,
        position bigint unique,
        id text not null unique,
        at timestamptz not null default now(),
        type text not null,
        tenant_id text,
        operation_id text,
        data jsonb not null default '{}'
      );
      create index events_without_position on leasehold.events (sequence) where position is null;
      create index events_by_operation on leasehold.events (operation_id, position);
      create index events_by_tenant on leasehold.events (tenant_id, position);
      create function leasehold.notify_event() returns trigger language plpgsql as $$
        begin
          perform pg_notify('leasehold_events', json_build_object(
            'sequence', new.sequence, 'tenantId', new.tenant_id, 'operationId', new.operation_id)::text);
          return null;
        end $$;
      create trigger events_added after insert on leasehold.events
        for each row execute function leasehold.notify_event();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema leasehold cascade');
  }
}
