import type { MigrationInterface, QueryRunner } from 'typeorm';

const owned = ['branding_revisions', 'branding_drafts', 'branding_assets', 'branding_previews'] as const;

/** A tenant's branding beside the live one: its history, its draft, its pictures, and links that show a draft. */
export class Branding1790000004100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table leasehold.branding_revisions (
        tenant_id text not null references leasehold.tenants (id),
        revision bigint not null check (revision > 0),
        spec jsonb not null,
        actor text not null,
        -- What led to it: a change, the publication of a draft, or the return of an earlier revision.
        origin text not null check (origin in ('created', 'changed', 'draft', 'restored')),
        restored_from bigint,
        created_at timestamptz not null default now(),
        primary key (tenant_id, revision)
      );
      insert into leasehold.branding_revisions (tenant_id, revision, spec, actor, origin, created_at)
        select tenant_id, revision, spec, 'system:migration', 'changed', updated_at from leasehold.branding;

      create table leasehold.branding_drafts (
        tenant_id text primary key references leasehold.tenants (id),
        -- Grows with each change and outlives the draft, so that no entity tag comes twice.
        version bigint not null check (version > 0),
        -- Null when there is none.
        spec jsonb,
        -- The live revision that it was begun on.
        based_on bigint not null,
        updated_at timestamptz not null default now()
      );

      create table leasehold.branding_assets (
        tenant_id text not null references leasehold.tenants (id),
        -- <SHA-256 of the bytes>.<svg or png>: an asset never changes.
        name text not null check (name ~ '^[0-9a-f]{64}[.](svg|png)$'),
        content_type text not null,
        bytes bytea not null check (length(bytes) <= 2097152),
        width integer,
        height integer,
        created_at timestamptz not null default now(),
        primary key (tenant_id, name)
      );
      -- Pictures are compressed already.
      alter table leasehold.branding_assets alter column bytes set storage external;

      create table leasehold.branding_previews (
        -- SHA-256 of the link's token, in hex: the token itself is kept nowhere.
        token_hash text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
        tenant_id text not null references leasehold.tenants (id),
        spec jsonb not null,
        expires_at timestamptz not null,
        published_at timestamptz
      );
      create index branding_previews_by_tenant on leasehold.branding_previews (tenant_id);
      create index branding_previews_by_expiry on leasehold.branding_previews (expires_at);

      grant select, insert, delete on leasehold.branding_revisions to leasehold_app;
      grant select, insert, update on leasehold.branding_drafts to leasehold_app;
      grant select, insert, delete on leasehold.branding_assets to leasehold_app;
      grant select, insert on leasehold.branding_previews to leasehold_app;
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
    for (const table of owned) await runner.query(`drop table leasehold.${table}`);
  }
}
