import { Body, Controller, Headers, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { tagged, type Answer, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { BrandingHistory, revisionNotFound } from './branding-history.js';
import {
  brandingBody,
  brandingSchema,
  revisionSchema,
  type BrandingSpec,
  type BrandingView,
  type RevisionView,
} from './branding.schema.js';
import { BrandingService } from './branding.service.js';
import { revisionList } from './revision-list.js';

const tag = 'branding';
const listQuery = revisionList.query();
const live = { 200: { description: 'The new branding', schema: brandingSchema, headers: ['ETag'] } } as const;

/** The live branding and its history. */
@Controller()
export class BrandingController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly branding: BrandingService,
    private readonly history: BrandingHistory,
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
    description:
      'The whole of it: what is left out is taken away. A colour that people could not read on the background is refused with the nearest one that they can.',
    access: ['admin', 'operator', 'tenant-admin'],
    ifMatch: true,
    responses: live,
    refusals: [409, 422],
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

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/branding/revisions',
    operationId: 'listBrandingRevisions',
    tag,
    summary: 'List the last hundred revisions of a tenant’s branding, newest first',
    access: everyRole,
    responses: { 200: { description: 'A page of revisions', schema: pageSchema(revisionSchema) } },
  })
  async revisions(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<RevisionView>> {
    const request = revisionList.request(query);
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    return this.history.list(ctx, tenant.id, request);
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/branding/revisions/:revision/restore',
    operationId: 'restoreBrandingRevision',
    tag,
    summary: 'Show an earlier revision of the branding again, as a new revision',
    access: ['admin', 'operator', 'tenant-admin'],
    responses: live,
    refusals: [409, 422],
  })
  restore(@RequestCtx() ctx: Ctx, @Param('id') id: string, @Param('revision') revision: string): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      const { view, etag } = await this.history.restore(ctx, tx, tenant.id, readRevision(revision));
      return tagged(view, etag);
    };
  }
}

/** @throws AppError `revision_not_found` for what is no number of a revision */
function readRevision(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw revisionNotFound(text.slice(0, 40));
}
