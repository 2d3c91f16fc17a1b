import type { MigrationInterface, QueryRunner } from 'typeorm';

const owned = ['archives', 'archive_objects'] as const;

/** Copies of a tenant's rows: backups, exports, and what a restore has put aside. Their bytes are objects of the cell's bucket. */
export class Archives1790000005400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table leasehold.archives (
        id text primary key,
        tenant_id text not null references leasehold.tenants (id),
        purpose text not null check (purpose in ('backup', 'export', 'safeguard')),
        cause text not null check (cause in ('request', 'schedule', 'restore')),
        state text not null default 'writing' check (state in ('writing', 'complete', 'failed')),
        operation_id text not null references leasehold.operations (id),
        cell text not null,
        keep_days integer not null check (keep_days between 1 and 90),
        -- Where the next page of rows begins, as the data gateway has it; null at the beginning and at the end.
        next_place text,
        rows bigint not null default 0,
        bytes bigint not null default 0,
        -- SHA-256 of the whole archive, in hex, from the bytes as they were read back.
        sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
        created_at timestamptz not null default now(),
        completed_at timestamptz,
        expires_at timestamptz,
        -- It is gone for its callers; its objects go with the keeper's next round.
        removed_at timestamptz
      );
      create index archives_by_tenant on leasehold.archives (tenant_id, id);
      create index archives_by_expiry on leasehold.archives (least(expires_at, removed_at)) where expires_at is not null or removed_at is not null;

      create table leasehold.archive_objects (
        tenant_id text not null,
        archive_id text not null references leasehold.archives (id) on delete cascade,
        number integer not null check (number >= 0),
        bytes bigint not null check (bytes > 0),
        sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
        primary key (archive_id, number)
      );
      -- A held prefix is its tenant's, and its pods are refused: its rows are being replaced.
      alter table leasehold.row_key_prefixes drop constraint row_key_prefixes_state_check,
        add constraint row_key_prefixes_state_check check (state in ('live', 'held', 'revoked', 'erased'));

      grant select on leasehold.archives to leasehold_app;
      grant select on leasehold.archive_objects to leasehold_app;
    `);
    for (const table of owned) {
      const own = `tenant_id = nullif(current_setting('app.tenant_id', true), '')`;
      await runner.query(`
        grant select, insert, update, delete on leasehold.${table} to leasehold_platform;
        alter table leasehold.${table} enable row level security;
        alter table leasehold.${table} force row level security;
        create policy tenant on leasehold.${table} to leasehold_app using (${own}) with check (${own});
        create policy platform on leasehold.${table} to leasehold_platform using (true) with check (true);
      `);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table leasehold.archive_objects');
    await runner.query('drop table leasehold.archives');
    await runner.query(`
      update leasehold.row_key_prefixes set state = 'live' where state = 'held';
      alter table leasehold.row_key_prefixes drop constraint row_key_prefixes_state_check,
        add constraint row_key_prefixes_state_check check (state in ('live', 'revoked', 'erased'));
    `);
  }
}
