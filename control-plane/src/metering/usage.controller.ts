import { Controller, Param, Query, StreamableFile } from '@nestjs/common';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { usageCsv } from './usage-csv.js';
import { usageQuery, usageSchema, type UsageQuery, type UsageView } from './usage.schema.js';
import { UsageService } from './usage.service.js';

const tag = 'usage';

@Controller()
export class UsageController {
  constructor(private readonly usage: UsageService) {}

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/usage',
    operationId: 'getTenantUsage',
    tag,
    summary: 'What a tenant has used, and how near it is to its plan’s limits',
    description:
      'Rows and bytes written and tokens are exact. Requests, bytes of bodies, calls and what was read are counted in memory and written down every 10 s: so much is lost when a program is killed. Times are UTC; periods without use are left out.',
    access: everyRole,
    responses: { 200: { description: 'The usage', schema: usageSchema } },
  })
  async get(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: usageQuery }) query: UsageQuery,
  ): Promise<UsageView> {
    return this.usage.of(ctx, id, query);
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/usage.csv',
    operationId: 'getTenantUsageCsv',
    tag,
    summary: 'The same as CSV, a line a period',
    access: everyRole,
    responses: { 200: { description: 'The periods', contentType: 'text/csv' } },
  })
  async csv(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: usageQuery }) query: UsageQuery,
  ): Promise<StreamableFile> {
    const text = usageCsv(await this.usage.of(ctx, id, query));
    return new StreamableFile(Buffer.from(text), { type: 'text/csv; charset=utf-8' });
  }
}
