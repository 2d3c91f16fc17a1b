import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The state backend of Pulumi runs: stacks, their updates, the journal of a running one, what earlier versions looked like.
 * Deployments and journal entries are `json`, not `jsonb`: a state may hold `\u0000`, which jsonb refuses.
 */
export class PulumiState1790000002000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create schema pulumi;

      create table pulumi.stacks (
        id bigint generated always as identity primary key,
        organization text not null,
        project text not null,
        name text not null,
        tags jsonb not null default '{}',
        -- Whose lease of leasehold.leases allows to change the stack; null for a stack that only people use.
        subject text,
        version integer not null default 0,
        schema_version integer not null default 3,
        features text[] not null default '{}',
        deployment json,
        active_update text,
        -- The key of the stack's secrets, sealed by the envelope key named here.
        envelope_key_id text,
        sealed_data_key bytea,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (organization, project, name),
        check ((envelope_key_id is null) = (sealed_data_key is null))
      );

      -- What the control plane's own runs log in with: a token for one stack under one epoch of the subject's lease.
      create table pulumi.runs (
        id text primary key,
        stack_id bigint not null references pulumi.stacks (id) on delete cascade,
        operation_id text not null,
        subject text not null,
        epoch bigint not null check (epoch > 0),
        token_hash bytea not null unique,
        expires_at timestamptz not null,
        created_at timestamptz not null default now()
      );
      create index runs_by_stack on pulumi.runs (stack_id);

      create table pulumi.updates (
        id text primary key,
        stack_id bigint not null references pulumi.stacks (id) on delete cascade,
        kind text not null check (kind in ('update', 'preview', 'refresh', 'destroy', 'import')),
        dry_run boolean not null,
        state text not null default 'requested'
          check (state in ('requested', 'running', 'succeeded', 'failed', 'cancelled')),
        version integer not null default 0,
        run_id text,
        subject text,
        epoch bigint,
        requested_by text not null,
        token_hash bytea,
        lease_expires_at timestamptz,
        journal boolean not null default false,
        checkpoint_sequence integer not null default 0,
        -- The last full checkpoint, byte for byte: what the next delta is applied to.
        checkpoint bytea,
        message text not null default '',
        environment jsonb not null default '{}',
        config jsonb not null default '{}',
        resource_changes jsonb,
        resource_count integer,
        requested_at timestamptz not null default now(),
        started_at timestamptz,
        ended_at timestamptz,
        check ((subject is null) = (epoch is null)),
        check (state <> 'running' or (token_hash is not null and lease_expires_at is not null))
      );
      create index updates_by_stack on pulumi.updates (stack_id, requested_at desc);
      create index updates_by_run on pulumi.updates (run_id);

      create table pulumi.journal_entries (
        update_id text not null references pulumi.updates (id) on delete cascade,
        sequence bigint not null check (sequence > 0),
        entry json not null,
        primary key (update_id, sequence)
      );

      create table pulumi.deployments (
        stack_id bigint not null references pulumi.stacks (id) on delete cascade,
        version integer not null,
        schema_version integer not null,
        features text[] not null,
        deployment json not null,
        created_at timestamptz not null default now(),
        primary key (stack_id, version)
      );

      grant usage on schema pulumi to leasehold_platform;
      grant select, insert, update, delete on all tables in schema pulumi to leasehold_platform;
      grant usage on all sequences in schema pulumi to leasehold_platform;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop schema pulumi cascade');
  }
}
