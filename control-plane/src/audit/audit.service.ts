import { Injectable } from '@nestjs/common';
import { newId } from '../platform/ids.js';
import type { Page } from '../platform/lists/page.js';
import type { ListRequest } from '../platform/lists/list.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { AuditRepository, type AuditEvent, type AuditFilter } from './audit.repository.js';
import { changedFields } from './changed-fields.js';

export type { AuditEvent };

export interface AuditEntry {
  /** What was done: `tenant.create`, `api_key.revoke`, … */
  readonly action: string;
  /** To what: an id or a name. */
  readonly subject: string;
  readonly tenantId?: string | null;
  /** The spec before the change; the entry keeps the fields that differ. Left out for what is new. */
  readonly before?: object;
  /** The spec after the change. Left out for what is gone. */
  readonly after?: object;
  /** Nothing secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Who changed what, and when: written in the transaction of the change, and never changed afterwards. */
@Injectable()
export class AuditService {
  readonly #repository = new AuditRepository();
  /** Requests that have told of their change themselves. */
  readonly #told = new WeakSet<Ctx>();

  constructor(private readonly uow: UnitOfWork) {}

  async record(ctx: Ctx, tx: Tx, entry: AuditEntry): Promise<void> {
    this.#told.add(ctx);
    await this.#repository.insert(tx, {
      id: newId('aud'),
      actor: ctx.actor.id,
      role: ctx.actor.role,
      actorTenantId: ctx.actor.tenantId ?? null,
      address: ctx.origin?.address ?? null,
      action: entry.action,
      subject: entry.subject,
      tenantId: entry.tenantId ?? null,
      requestId: ctx.requestId,
      route: ctx.origin?.route ?? null,
      changes: changedFields(entry.before ?? {}, entry.after ?? {}),
      detail: entry.detail ?? {},
    });
  }

  /** Whether something was recorded under this very context. */
  hasTold(ctx: Ctx): boolean {
    return this.#told.has(ctx);
  }

  async list(ctx: Ctx, filter: AuditFilter, request: ListRequest): Promise<Page<AuditEvent>> {
    return this.uow.run(ctx, (tx) => this.#repository.page(tx, filter, request));
  }
}
