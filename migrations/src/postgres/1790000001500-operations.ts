import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The operation ledger: operations, their steps, and the leases that allow one mutating operation a subject at a time. */
export class Operations1790000001500 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table leasehold.operations (
        id text primary key,
        kind text not null,
        -- What the operation changes: a tenant's id, or "cell:<name>" and "platform" for what is shared.
        subject text not null,
        tenant_id text,
        state text not null default 'queued' check (state in ('queued', 'running', 'waiting_approval', 'cancelling',
          'rolling_back', 'succeeded', 'failed', 'cancelled', 'rolled_back')),
        input jsonb not null default '{}',
        result jsonb,
        error jsonb,
        requested_by text not null,
        request_id text not null,
        cancel_requested_at timestamptz,
        rollback_requested_at timestamptz,
        epoch bigint not null default 0,
        -- Workers that have taken it since a caller last asked for something, those that handed it on in good order left out.
        takes integer not null default 0,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        ended_at timestamptz
      );
      create index operations_by_tenant on leasehold.operations (tenant_id, id desc);
      create index operations_by_subject on leasehold.operations (subject, created_at desc);
      -- At most one operation that has not ended changes a subject; previews change nothing and do not count.
      create unique index operations_one_live on leasehold.operations (subject)
        where kind <> 'preview' and state in ('queued', 'running', 'waiting_approval', 'cancelling', 'rolling_back');

      create table leasehold.operation_steps (
        operation_id text not null references leasehold.operations (id) on delete cascade,
        position integer not null,
        name text not null,
        tenant_id text,
        state text not null default 'pending' check (state in ('pending', 'running', 'succeeded', 'failed', 'undone', 'skipped')),
        attempts integer not null default 0,
        message text,
        resources jsonb not null default '{"created": 0, "updated": 0, "deleted": 0, "same": 0}',
        output jsonb,
        started_at timestamptz,
        ended_at timestamptz,
        primary key (operation_id, position),
        unique (operation_id, name)
      );

      -- A lease's epoch only grows; a checkpoint is written only by the holder of the newest one.
      create table leasehold.leases (
        subject text primary key,
        epoch bigint not null check (epoch > 0),
        holder text,
        operation_id text,
        expires_at timestamptz not null
      );

      -- A worker's session holds a shared advisory lock under its number for as long as it lives: the lock goes with the
      -- process at once, while a lease would still last for seconds. It is a hint; what protects is the epoch.
      create function leasehold.worker_is_alive(holder text) returns boolean language sql stable as $$
        select exists (
          select 1 from pg_locks
          where locktype = 'advisory' and classid = 7327002 and objid = split_part(holder, ':', 2)::bigint::oid
            and database = (select oid from pg_database where datname = current_database()) and granted)
      $$;

      -- Free: given back, run out, or its worker's session is gone and it was not renewed for a while.
      create function leasehold.lease_is_free(lease leasehold.leases, ttl_ms double precision, silence_ms double precision)
      returns boolean language sql volatile as $$
        select lease.holder is null
          or lease.expires_at <= clock_timestamp()
          or (lease.expires_at <= clock_timestamp() + (ttl_ms - silence_ms) * interval '1 millisecond'
            and not leasehold.worker_is_alive(lease.holder))
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function leasehold.lease_is_free, leasehold.worker_is_alive;
      drop table leasehold.leases, leasehold.operation_steps, leasehold.operations;
    `);
  }
}
