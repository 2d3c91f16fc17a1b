import { Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { eventSchema } from '../events/event.schema.js';
import type { StreamedEvent } from '../events/events.repository.js';
import { TimelineService } from '../events/timeline.service.js';
import { cursorKey, pageQuery, pageSchema, toPage, type Page } from '../platform/http/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from './tenants.service.js';

@Controller()
export class TenantTimelineController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly timeline: TimelineService,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/events',
    operationId: 'listTenantEvents',
    tag: 'tenants',
    summary: 'A tenant’s timeline, newest first',
    access: everyRole,
    responses: { 200: { description: 'A page of events', schema: pageSchema(eventSchema) } },
  })
  async events(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: pageQuery }) page: z.infer<typeof pageQuery>,
  ): Promise<Page<StreamedEvent>> {
    const before = cursorKey(page.cursor, /^\d{1,15}$/);
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    const items = await this.timeline.of(
      ctx,
      tenant.id,
      before === undefined ? undefined : Number(before),
      page.limit + 1,
    );
    return toPage(
      items,
      page.limit,
      (event) => String(event.position),
      (event) => event,
    );
  }
}
