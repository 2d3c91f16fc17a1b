import { rows, type Tx } from '../platform/unit-of-work.js';

export interface AuditEvent {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly tenantId: string | null;
  readonly requestId: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly tenant_id: string | null;
  readonly request_id: string;
  readonly detail: Record<string, unknown>;
}

export class AuditRepository {
  async insert(tx: Tx, event: Omit<AuditEvent, 'at'>): Promise<void> {
    const { id, actor, action, subject, tenantId, requestId, detail } = event;
    await rows(
      tx,
      `insert into leasehold.audit_events (id, actor, action, subject, tenant_id, request_id, detail)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, actor, action, subject, tenantId, requestId, JSON.stringify(detail)],
    );
  }

  /** Newest first, below the id `before`. */
  async page(
    tx: Tx,
    tenantId: string | undefined,
    before: string | undefined,
    limit: number,
  ): Promise<AuditEvent[]> {
    const found = await rows<AuditRow>(
      tx,
      `select id, at, actor, action, subject, tenant_id, request_id, detail from leasehold.audit_events
       where ($1::text is null or tenant_id = $1) and ($2::text is null or id < $2) order by id desc limit $3`,
      [tenantId ?? null, before ?? null, limit],
    );
    return found.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      actor: row.actor,
      action: row.action,
      subject: row.subject,
      tenantId: row.tenant_id,
      requestId: row.request_id,
      detail: row.detail,
    }));
  }
}
