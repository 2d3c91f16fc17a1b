import type { MigrationInterface, QueryRunner } from 'typeorm';

const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')`;

/**
 * Webhooks: endpoints that are told of events, and one delivery for each event and endpoint. `webhook_cursor` says up to which
 * position of the events deliveries have been made; `event_pruning` says up to which old events have been removed.
 */
export class Webhooks1790000004410 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table leasehold.webhooks (
        id text primary key,
        -- Whose events it is told of; null for those of every tenant and of the platform.
        tenant_id text references leasehold.tenants (id),
        url text not null,
        description text not null default '',
        types text[] not null check (cardinality(types) > 0),
        enabled boolean not null default true,
        disabled_reason text,
        secret bytea not null,
        secret_key_id text not null,
        previous_secret bytea,
        previous_secret_key_id text,
        previous_secret_until timestamptz,
        -- Since when nothing but failures came back; null after a success.
        failing_since timestamptz,
        last_success_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        check ((previous_secret is null) = (previous_secret_until is null))
      );

      create table leasehold.webhook_deliveries (
        id text primary key,
        webhook_id text not null references leasehold.webhooks (id) on delete cascade,
        tenant_id text,
        -- The message's id: the same for every attempt and every replay of an event.
        message_id text not null,
        type text not null,
        payload jsonb not null,
        cause text not null check (cause in ('event', 'test', 'replay')),
        state text not null default 'pending' check (state in ('pending', 'succeeded', 'failed', 'discarded')),
        attempts integer not null default 0,
        next_attempt_at timestamptz not null default now(),
        leased_until timestamptz,
        last_status integer,
        last_error text,
        created_at timestamptz not null default now(),
        ended_at timestamptz
      );
      create unique index webhook_deliveries_once on leasehold.webhook_deliveries (webhook_id, message_id)
        where cause = 'event';
      create index webhook_deliveries_due on leasehold.webhook_deliveries (webhook_id, next_attempt_at)
        where state = 'pending';
      create index webhook_deliveries_by_webhook on leasehold.webhook_deliveries (webhook_id, id desc);
      create index webhook_deliveries_by_age on leasehold.webhook_deliveries (ended_at) where state <> 'pending';

      create table leasehold.webhook_cursor (
        only_row boolean primary key default true check (only_row),
        position bigint not null
      );
      insert into leasehold.webhook_cursor (position) select coalesce(max(position), 0) from leasehold.events;
      create table leasehold.event_pruning (
        only_row boolean primary key default true check (only_row),
        position bigint not null
      );
      insert into leasehold.event_pruning (position) values (0);
      create index events_by_age on leasehold.events (at);

      grant select, insert, update, delete on leasehold.webhooks, leasehold.webhook_deliveries to leasehold_platform;
      grant select, insert, update, delete on leasehold.webhooks to leasehold_app;
      grant select, insert on leasehold.webhook_deliveries to leasehold_app;
      grant select, update on leasehold.webhook_cursor, leasehold.event_pruning to leasehold_platform;
      grant select on leasehold.event_pruning to leasehold_app;
    `);
    for (const table of ['webhooks', 'webhook_deliveries']) {
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
      drop index leasehold.events_by_age;
      drop table leasehold.event_pruning, leasehold.webhook_cursor, leasehold.webhook_deliveries, leasehold.webhooks;
    `);
  }
}
