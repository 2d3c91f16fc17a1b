import { Controller, Query } from '@nestjs/common';
import { z } from 'zod';
import { cursorKey, pageQuery, pageSchema, toPage, type Page } from '../platform/http/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { AuditService, type AuditEvent } from './audit.service.js';

const auditEventSchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    tenantId: z.string().nullable(),
    requestId: z.string(),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'AuditEvent' });

const query = pageQuery.extend({ tenantId: z.string().max(64).optional() });

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
    @Query({ schema: query }) page: z.infer<typeof query>,
  ): Promise<Page<AuditEvent>> {
    const before = cursorKey(page.cursor, /^aud_[0-9a-z]{26}$/);
    const found = await this.audit.list(ctx, { tenantId: page.tenantId, before, limit: page.limit + 1 });
    return toPage(
      found,
      page.limit,
      (event) => event.id,
      (event) => event,
    );
  }
}
