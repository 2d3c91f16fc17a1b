import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Faults that the twin's clouds are told to have: rules, taken one by one and counted. No tenant owns them. */
export class TwinFaults1790000004300 implements MigrationInterface {
  readonly name = 'TwinFaults1790000004300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table twin.faults (
        id bigint generated always as identity primary key,
        cell text not null,
        type text,
        scope text,
        name text,
        operation text not null check (operation in ('create', 'update', 'read', 'delete')),
        fault text not null check (fault in ('429', '500', '503', 'timeout', 'lost', 'conflict', 'slow')),
        delay_ms integer not null default 0 check (delay_ms between 0 and 600000),
        times integer check (times > 0),
        taken integer not null default 0,
        probability double precision not null default 1 check (probability > 0 and probability <= 1),
        until timestamptz,
        created_at timestamptz not null default now()
      )`);
    await runner.query(`create index faults_by_cell on twin.faults (cell, operation)`);
    await runner.query(`grant select, insert, update, delete on twin.faults to leasehold_twin`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table if exists twin.faults`);
  }
}
