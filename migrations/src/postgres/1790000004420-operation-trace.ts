import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace that an operation was asked for in (W3C `traceparent`), so that its worker's spans join the request's. */
export class OperationTrace1790000004420 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table leasehold.operations add column traceparent text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table leasehold.operations drop column traceparent');
  }
}
