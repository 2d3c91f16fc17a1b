import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an audit event says beside who and what: under which role and of which tenant the actor was, from where, and which
 * fields changed. Entries are only ever added: no login role of the product may change or remove one.
 */
export class AuditTrail1790000004400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table leasehold.audit_events
        add column role text not null default 'admin',
        add column actor_tenant_id text,
        add column address text,
        add column route text,
        add column changes jsonb not null default '{}';
      create index audit_events_by_actor on leasehold.audit_events (actor, id desc);
      create index audit_events_by_subject on leasehold.audit_events (subject, id desc);
      create index audit_events_by_action on leasehold.audit_events (action, id desc);
      revoke update, delete, truncate on leasehold.audit_events from leasehold_platform, leasehold_app;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      grant update, delete on leasehold.audit_events to leasehold_platform;
      drop index leasehold.audit_events_by_actor, leasehold.audit_events_by_subject, leasehold.audit_events_by_action;
      alter table leasehold.audit_events
        drop column role, drop column actor_tenant_id, drop column address, drop column route, drop column changes;
    `);
  }
}
