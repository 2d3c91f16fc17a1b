import { Controller, Query } from '@nestjs/common';
import type { z } from 'zod';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { auditEventSchema, auditQuery } from './audit-event.schema.js';
import { auditList } from './audit-list.js';
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
    @Query({ schema: auditQuery }) query: z.infer<typeof auditQuery>,
  ): Promise<Page<AuditEvent>> {
    return this.audit.list(ctx, query, auditList.request(query));
  }
}
