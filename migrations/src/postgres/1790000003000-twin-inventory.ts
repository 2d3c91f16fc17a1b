import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The twin's inventory: what the stand-in clouds hold (`resources`), the processes that stand for pods and
 * the images that were pushed. Each change of a resource is told on the channel `twin_inventory`.
 */
export class TwinInventory1790000003000 implements MigrationInterface {
  readonly name = 'TwinInventory1790000003000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create schema if not exists twin`);
    await runner.query(resourcesTable);
    await runner.query(podsTable);
    await runner.query(imagesTable);
    await runner.query(tellChangesFunction);
    await runner.query(tellChangesTrigger);
    await runner.query(`grant usage on schema twin to leasehold_twin`);
    await runner.query(`grant select, insert, update, delete on all tables in schema twin to leasehold_twin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop schema if exists twin cascade`);
  }
}

const resourcesTable = `
  create table twin.resources (
    id bigint generated always as identity primary key,
    cell text not null,
    provider text not null check (provider in ('kubernetes', 'gcp')),
    type text not null,
    scope text not null,
    name text not null,
    external_id text not null,
    owner text not null,
    spec jsonb not null check (jsonb_typeof(spec) = 'object'),
    status jsonb not null default '{}' check (jsonb_typeof(status) = 'object'),
    uid uuid not null default gen_random_uuid(),
    generation bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    unique (cell, type, scope, name),
    unique (cell, type, external_id)
  );
  create index resources_by_scope on twin.resources (cell, provider, scope)`;

const podsTable = `
  create table twin.pods (
    name text primary key,
    cell text not null,
    namespace text not null,
    deployment text not null,
    uid uuid not null default gen_random_uuid(),
    phase text not null check (phase in ('Pending', 'Running', 'Asleep', 'CrashLoopBackOff', 'Stopping')),
    ready boolean not null default false,
    pid integer,
    pid_started text,
    port integer,
    restarts integer not null default 0,
    image text not null,
    spec_hash text not null,
    message text not null default '',
    started_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
  );
  create index pods_by_deployment on twin.pods (cell, namespace, deployment)`;

const imagesTable = `
  create table twin.images (
    digest text primary key,
    repository text not null,
    reference text not null,
    folder text not null,
    pushed_at timestamptz not null default now()
  )`;

/** Only keys travel in the notice: its payload is limited to 8,000 bytes (PostgreSQL manual, NOTIFY). */
const tellChangesFunction = `
  create function twin.tell_change() returns trigger language plpgsql as $body$
  declare
    changed twin.resources := case when tg_op = 'DELETE' then old else new end;
    op text := case
      when tg_op = 'INSERT' then 'created'
      when tg_op = 'DELETE' then 'removed'
      when old.spec is distinct from new.spec then 'updated'
      else 'status' end;
  begin
    perform pg_notify('twin_inventory', json_build_object(
      'cell', changed.cell, 'type', changed.type, 'scope', changed.scope, 'name', changed.name, 'op', op)::text);
    return null;
  end
  $body$`;

const tellChangesTrigger = `
  create trigger tell_change after insert or update or delete on twin.resources
  for each row execute function twin.tell_change()`;
