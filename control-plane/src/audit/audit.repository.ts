import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { rows, type Tx } from '../platform/unit-of-work.js';
import type { Changes } from './changed-fields.js';

export interface AuditEvent {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly role: string;
  readonly actorTenantId: string | null;
  readonly address: string | null;
  readonly action: string;
  readonly subject: string;
  readonly tenantId: string | null;
  readonly requestId: string;
  readonly route: string | null;
  readonly changes: Changes;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What is wanted; everything that is not named is. `action` may end with `.*`. */
export interface AuditFilter {
  readonly tenantId?: string | undefined;
  readonly actor?: string | undefined;
  readonly subject?: string | undefined;
  readonly action?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
}

type AuditRow = Omit<AuditEvent, 'at'> & { readonly at: Date };

export class AuditRepository {
  async insert(tx: Tx, event: Omit<AuditEvent, 'at'>): Promise<void> {
    await rows(
      tx,
      `insert into leasehold.audit_events (id, actor, role, actor_tenant_id, address, action, subject, tenant_id,
         request_id, route, changes, detail)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
      [
        event.id,
        event.actor,
        event.role,
        event.actorTenantId,
        event.address,
        event.action,
        event.subject,
        event.tenantId,
        event.requestId,
        event.route,
        JSON.stringify(event.changes),
        JSON.stringify(event.detail),
      ],
    );
  }

  async page(tx: Tx, filter: AuditFilter, request: ListRequest): Promise<Page<AuditEvent>> {
    const kind = filter.action?.endsWith('.*') ? filter.action.slice(0, -1) : undefined;
    const found = await request.page<AuditRow>(tx, {
      sql: `select id, at, actor, role, actor_tenant_id as "actorTenantId", address, action, subject,
         tenant_id as "tenantId", request_id as "requestId", route, changes, detail
       from leasehold.audit_events
       where ($1::text is null or tenant_id = $1) and ($2::text is null or actor = $2)
         and ($3::text is null or subject = $3) and ($4::text is null or action = $4)
         and ($5::text is null or starts_with(action, $5))
         and ($6::timestamptz is null or at >= $6) and ($7::timestamptz is null or at < $7)`,
      parameters: [
        filter.tenantId ?? null,
        filter.actor ?? null,
        filter.subject ?? null,
        kind === undefined ? (filter.action ?? null) : null,
        kind ?? null,
        filter.since ?? null,
        filter.until ?? null,
      ],
    });
    return mapPage(found, toEvent);
  }
}

function toEvent(row: AuditRow): AuditEvent {
  const {
    id,
    actor,
    role,
    actorTenantId,
    address,
    action,
    subject,
    tenantId,
    requestId,
    route,
    changes,
    detail,
  } = row;
  const at = row.at.toISOString();
  return {
    id,
    at,
    actor,
    role,
    actorTenantId,
    address,
    action,
    subject,
    tenantId,
    requestId,
    route,
    changes,
    detail,
  };
}
