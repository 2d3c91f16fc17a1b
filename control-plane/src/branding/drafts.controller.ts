import { Body, Controller, Headers, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import { Answer, tagged, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { twinPorts } from '../targets/twin-ports.js';
import { tenantUrl } from '../tenants/tenant-view.js';
import { TenantsService } from '../tenants/tenants.service.js';
import {
  brandingBody,
  brandingSchema,
  draftSchema,
  previewSchema,
  type BrandingSpec,
  type DraftView,
  type PreviewView,
} from './branding.schema.js';
import { DraftsService } from './drafts.service.js';
import { PreviewsService } from './previews.service.js';

const tag = 'branding';
const changers = ['admin', 'operator', 'tenant-admin'] as const;
const path = '/v1/tenants/:id/branding/draft';

const previewBody = z
  .strictObject({
    minutes: z.int().min(1).max(1_440).default(60).describe('How long the link can be followed.'),
  })
  .meta({ id: 'NewBrandingPreview' });

/** A branding that nobody sees yet: saved, shown to whom one likes, published. */
@Controller()
export class BrandingDraftController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly drafts: DraftsService,
    private readonly previews: PreviewsService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  @Route({
    method: 'GET',
    path,
    operationId: 'getBrandingDraft',
    tag,
    summary: 'Get the draft of a tenant’s branding, or what one would begin with',
    access: everyRole,
    responses: { 200: { description: 'The draft', schema: draftSchema, headers: ['ETag'] } },
  })
  async get(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<Answer<DraftView>> {
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    const { view, etag } = await this.drafts.get(ctx, tenant.id);
    return tagged(view, etag);
  }

  @Route({
    method: 'PUT',
    path,
    operationId: 'putBrandingDraft',
    tag,
    summary: 'Save a draft of the branding; the pages do not change',
    access: changers,
    ifMatch: true,
    responses: { 200: { description: 'The draft', schema: draftSchema, headers: ['ETag'] } },
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
      const { view, etag } = await this.drafts.replace(ctx, tx, tenant, body, ifMatch);
      return tagged(view, etag);
    };
  }

  @Route({
    method: 'DELETE',
    path,
    operationId: 'deleteBrandingDraft',
    tag,
    summary: 'Give up the draft',
    access: changers,
    ifMatch: true,
    responses: { 204: { description: 'There is no draft any more' } },
    refusals: [409],
  })
  discard(@RequestCtx() ctx: Ctx, @Param('id') id: string, @Headers('if-match') ifMatch: string): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      await this.drafts.discard(ctx, tx, tenant.id, ifMatch);
      return new Answer(204, undefined);
    };
  }

  @Route({
    method: 'POST',
    path: `${path}/publish`,
    operationId: 'publishBrandingDraft',
    tag,
    summary: 'Make the draft the live branding; the pages show it within seconds',
    access: changers,
    responses: { 200: { description: 'The new branding', schema: brandingSchema, headers: ['ETag'] } },
    refusals: [409],
  })
  publish(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      const { view, etag } = await this.drafts.publish(ctx, tx, tenant.id);
      return tagged(view, etag);
    };
  }

  @Route({
    method: 'POST',
    path: `${path}/preview`,
    operationId: 'previewBrandingDraft',
    tag,
    summary: 'Make a link that shows the draft, as it is now, on the client’s own page',
    description: 'Whoever has the link sees the draft until it ends; it gives no access to the product.',
    access: changers,
    responses: { 201: { description: 'The link', schema: previewSchema, headers: ['Idempotent-Replayed'] } },
    refusals: [409],
  })
  preview(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: previewBody }) { minutes }: z.infer<typeof previewBody>,
  ): Command {
    return async (tx): Promise<Answer<PreviewView>> => {
      const tenant = await this.tenants.requireLiving(tx, id);
      const { token, expiresAt } = await this.previews.begin(ctx, tx, tenant.id, minutes);
      const base = tenantUrl(tenant, twinPorts(this.settings, tenant.cell).edgePort);
      const view = { url: `${base}/?branding-preview=${token}`, expiresAt: expiresAt.toISOString() };
      return new Answer(201, view, {}, { ...view, url: null });
    };
  }
}
