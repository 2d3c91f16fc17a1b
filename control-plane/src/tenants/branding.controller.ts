import { Body, Controller, Headers, Param } from '@nestjs/common';
import {
  brandingBody,
  brandingSchema,
  type BrandingSpec,
  type BrandingView,
} from '../branding/branding.schema.js';
import { BrandingService } from '../branding/branding.service.js';
import { Answer, tagged, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from './tenants.service.js';

const tag = 'tenants';

@Controller()
export class TenantBrandingController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly branding: BrandingService,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/branding',
    operationId: 'getBranding',
    tag,
    summary: 'Get a tenant’s branding',
    access: everyRole,
    responses: { 200: { description: 'The branding', schema: brandingSchema, headers: ['ETag'] } },
  })
  async get(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<Answer<BrandingView>> {
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    const { view, etag } = await this.branding.get(ctx, tenant.id);
    return tagged(view, etag);
  }

  @Route({
    method: 'PUT',
    path: '/v1/tenants/:id/branding',
    operationId: 'putBranding',
    tag,
    summary: 'Change a tenant’s branding; its pages show it within seconds',
    access: ['admin', 'operator', 'tenant-admin'],
    ifMatch: true,
    responses: { 200: { description: 'The new branding', schema: brandingSchema, headers: ['ETag'] } },
    refusals: [409],
  })
  put(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string,
    @Body({ schema: brandingBody }) body: BrandingSpec,
  ): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      const { view, etag } = await this.branding.replace(ctx, tx, tenant, body, ifMatch);
      return tagged(view, etag);
    };
  }
}
