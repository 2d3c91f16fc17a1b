import { Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { eventList } from '../events/event-list.js';
import { eventSchema } from '../events/event.schema.js';
import type { StreamedEvent } from '../events/events.repository.js';
import { TimelineService } from '../events/timeline.service.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from './tenants.service.js';

const listQuery = eventList.query();

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
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<StreamedEvent>> {
    const request = eventList.request(query);
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    return this.timeline.of(ctx, tenant.id, request);
  }
}
