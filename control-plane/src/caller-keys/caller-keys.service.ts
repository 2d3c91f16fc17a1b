import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { newSecret } from '../access/api-key.js';
import { AuditService } from '../audit/audit.service.js';
import { IssuersService } from '../issuers/issuers.service.js';
import { AppError } from '../platform/app-error.js';
import type { Page } from '../platform/lists/page.js';
import { newId } from '../platform/ids.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import type { Ctx } from '../platform/request-context.js';
import { onlyRow, row, rows, UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import type { CallerKeyBody, CallerKeyView } from './caller-key.schema.js';

interface CallerKeyRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly name: string;
  readonly roles: string[];
  readonly expires_at: Date | null;
  readonly created_at: Date;
}

const columns = 'id, tenant_id, name, roles, expires_at, created_at';
/** Each pod holds all of them. */
const mostKeys = 1_000;

/** API keys of those who call a client's product. Pods get their hashes; nobody keeps the keys. */
@Injectable()
export class CallerKeysService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    private readonly issuers: IssuersService,
  ) {}

  /** @returns the key's record and its secret, which is not kept. @throws AppError `too_many_keys` */
  async create(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    { name, roles, expiresAt }: CallerKeyBody,
  ): Promise<{ view: CallerKeyView; key: string }> {
    // First, since it takes the lock under which keys are counted.
    await this.issuers.changed(tx, tenantId);
    const existing = await rows(tx, 'select 1 from leasehold.caller_keys where tenant_id = $1', [tenantId]);
    if (existing.length >= mostKeys) {
      throw new AppError('conflict', 'too_many_keys', {
        publicMessage: `A tenant has at most ${mostKeys} keys for callers; delete one that is not used.`,
      });
    }
    const key = newSecret('lhk_');
    const hash = createHash('sha256').update(key).digest();
    const made = await onlyRow<CallerKeyRow>(
      tx,
      `insert into leasehold.caller_keys (id, tenant_id, name, roles, secret_hash, expires_at)
       values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
      [newId('cak'), tenantId, name, roles, hash, expiresAt ?? null],
    );
    const detail = { name, roles };
    await this.audit.record(ctx, tx, { action: 'caller_key.create', subject: made.id, tenantId, detail });
    return { view: toView(made), key };
  }

  async list(ctx: Ctx, tenantId: string, request: ListRequest): Promise<Page<CallerKeyView>> {
    const sql = `select ${columns} from leasehold.caller_keys where tenant_id = $1`;
    const page = await this.uow.run(ctx, (tx) =>
      request.page<CallerKeyRow>(tx, { sql, parameters: [tenantId] }),
    );
    return mapPage(page, toView);
  }

  /** @throws AppError `caller_key_not_found` */
  async remove(ctx: Ctx, tx: Tx, tenantId: string, id: string): Promise<void> {
    const sql = `delete from leasehold.caller_keys where tenant_id = $1 and id = $2 returning ${columns}`;
    const removed = await row<CallerKeyRow>(tx, sql, [tenantId, id]);
    if (removed === undefined) {
      throw new AppError('not_found', 'caller_key_not_found', {
        publicMessage: `There is no key ${id} for callers.`,
      });
    }
    const detail = { name: removed.name };
    await this.audit.record(ctx, tx, { action: 'caller_key.delete', subject: id, tenantId, detail });
    await this.issuers.changed(tx, tenantId);
  }
}

function toView(found: CallerKeyRow): CallerKeyView {
  return {
    id: found.id,
    tenantId: found.tenant_id,
    name: found.name,
    roles: found.roles,
    expiresAt: found.expires_at?.toISOString() ?? null,
    createdAt: found.created_at.toISOString(),
  };
}
