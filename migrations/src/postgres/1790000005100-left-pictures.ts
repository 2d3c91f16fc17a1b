import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pictures that no branding of their tenant shows any more, whose objects are still in the object store. */
export class LeftPictures1790000005100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')`;
    await runner.query(`
      create table leasehold.branding_left_pictures (
        tenant_id text not null references leasehold.tenants (id),
        name text not null,
        since timestamptz not null default now(),
        primary key (tenant_id, name)
      );
      create index branding_left_pictures_by_age on leasehold.branding_left_pictures (since);
      grant select, insert, update, delete on leasehold.branding_left_pictures to leasehold_app, leasehold_platform;
      alter table leasehold.branding_left_pictures enable row level security;
      alter table leasehold.branding_left_pictures force row level security;
      create policy tenant on leasehold.branding_left_pictures to leasehold_app using (${own}) with check (${own});
      create policy platform on leasehold.branding_left_pictures to leasehold_platform using (true) with check (true);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table leasehold.branding_left_pictures');
  }
}
