import { Controller, Query } from '@nestjs/common';
import type { z } from 'zod';
import { cursorKey, pageSchema, toPage, type Page } from '../platform/http/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { auditEventSchema, auditQuery } from './audit-event.schema.js';
import { AuditService, type AuditEvent } from './audit.service.js';

@Controller()
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Route({
    method: 'GET',
    path: '/v1/audit-events',
    operationId: 'listAuditEvents',
    tag: 'audit',
    summary: 'List who changed what, newest first',
    access: ['admin', 'operator', 'viewer', 'tenant-admin'],
    responses: { 200: { description: 'A page of audit events', schema: pageSchema(auditEventSchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: auditQuery }) { limit, cursor, ...filter }: z.infer<typeof auditQuery>,
  ): Promise<Page<AuditEvent>> {
    const before = cursorKey(cursor, /^aud_[0-9a-z]{26}$/);
    const found = await this.audit.list(ctx, { filter, before, limit: limit + 1 });
    return toPage(
      found,
      limit,
      (event) => event.id,
      (event) => event,
    );
  }
}
