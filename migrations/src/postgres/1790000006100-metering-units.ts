import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bytes of bodies at the edge, and tokens that products charge. */
export class MeteringUnits1790000006100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table twin.edge_usage
        add column request_bytes bigint not null default 0,
        add column response_bytes bigint not null default 0;
      alter table leasehold.usage_hours
        add column request_bytes bigint not null default 0,
        add column response_bytes bigint not null default 0,
        add column tokens bigint not null default 0;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table leasehold.usage_hours drop column request_bytes, drop column response_bytes, drop column tokens;
      alter table twin.edge_usage drop column request_bytes, drop column response_bytes;
    `);
  }
}
