import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AppError } from '../platform/app-error.js';
import { newId } from '../platform/ids.js';
import type { Ctx } from '../platform/request-context.js';
import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { hashApiKey, newApiKey } from './api-key.js';
import type { ApiKeyView, NewApiKeyBody } from './api-key.schema.js';
import { ApiKeysRepository, type ApiKeyRecord } from './api-keys.repository.js';

@Injectable()
export class ApiKeysService {
  readonly #repository = new ApiKeysRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
  ) {}

  /** @returns the key's record and its secret, which is not kept. */
  async create(ctx: Ctx, tx: Tx, body: NewApiKeyBody): Promise<{ record: ApiKeyView; key: string }> {
    if (body.tenantId !== undefined && !(await this.#repository.tenantLives(tx, body.tenantId))) {
      throw new AppError('not_allowed', 'unknown_tenant', {
        publicMessage: `There is no tenant ${body.tenantId}.`,
        errors: [{ pointer: '/tenantId', message: 'is not the id of a tenant' }],
      });
    }
    const key = newApiKey();
    const record = await this.#repository.insert(tx, {
      id: newId('key'),
      name: body.name,
      role: body.role,
      tenantId: body.tenantId,
      secretHash: hashApiKey(key),
      expiresAt: body.expiresAt,
      rateLimit: body.rateLimit,
    });
    await this.audit.record(ctx, tx, {
      action: 'api_key.create',
      subject: record.id,
      tenantId: record.tenant_id,
      detail: { name: record.name, role: record.role },
    });
    return { record: toView(record), key };
  }

  async list(ctx: Ctx, request: ListRequest): Promise<Page<ApiKeyView>> {
    return mapPage(await this.uow.run(ctx, (tx) => this.#repository.page(tx, request)), toView);
  }

  async get(ctx: Ctx, id: string): Promise<ApiKeyView> {
    const found = await this.uow.run(ctx, (tx) => this.#repository.find(tx, id));
    if (!found) throw unknownKey(id);
    return toView(found);
  }

  async revoke(ctx: Ctx, tx: Tx, id: string): Promise<void> {
    const revoked = await this.#repository.revoke(tx, id);
    if (!revoked) throw unknownKey(id);
    await this.audit.record(ctx, tx, { action: 'api_key.revoke', subject: id, tenantId: revoked.tenant_id });
  }
}

function unknownKey(id: string): AppError {
  return new AppError('not_found', 'api_key_not_found', { publicMessage: `There is no API key ${id}.` });
}

function toView(record: ApiKeyRecord): ApiKeyView {
  return {
    id: record.id,
    name: record.name,
    role: record.role,
    tenantId: record.tenant_id,
    expiresAt: record.expires_at?.toISOString() ?? null,
    lastUsedAt: record.last_used_at?.toISOString() ?? null,
    createdAt: record.created_at.toISOString(),
    rateLimit: record.rate_limit,
  };
}
