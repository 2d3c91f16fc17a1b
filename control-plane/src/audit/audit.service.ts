import { Injectable } from '@nestjs/common';
import { newId } from '../platform/ids.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { AuditRepository, type AuditEvent } from './audit.repository.js';

export type { AuditEvent };

export interface AuditEntry {
  /** What was done: `tenant.create`, `api_key.revoke`, … */
  readonly action: string;
  /** To what: an id or a name. */
  readonly subject: string;
  readonly tenantId?: string | null;
  /** Nothing secret. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Who changed what, and when: written in the transaction of the change. */
@Injectable()
export class AuditService {
  readonly #repository = new AuditRepository();

  constructor(private readonly uow: UnitOfWork) {}

  async record(ctx: Ctx, tx: Tx, entry: AuditEntry): Promise<void> {
    await this.#repository.insert(tx, {
      id: newId('aud'),
      actor: ctx.actor.id,
      action: entry.action,
      subject: entry.subject,
      tenantId: entry.tenantId ?? null,
      requestId: ctx.requestId,
      detail: entry.detail ?? {},
    });
  }

  /** Newest first. */
  async list(
    ctx: Ctx,
    page: { tenantId: string | undefined; before: string | undefined; limit: number },
  ): Promise<AuditEvent[]> {
    return this.uow.run(ctx, (tx) => this.#repository.page(tx, page.tenantId, page.before, page.limit));
  }
}
