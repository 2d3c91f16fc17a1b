import { Body, Controller, Headers, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { startsOperation } from '../operations/operation.schema.js';
import { accepted, tagged, type Answer, type Command } from '../platform/http/answer.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { TenantPreview } from './tenant-preview.js';
import { Onboarding } from './onboarding.js';
import { tenantList } from './tenant-list.js';
import { newTenantBody, tenantSchema, type NewTenant, type TenantView } from './tenant.schema.js';
import { TenantsService } from './tenants.service.js';

const tag = 'tenants';
const changers = ['admin', 'operator'] as const;

const listQuery = tenantList.labelledQuery();
const createQuery = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Start a preview whose result is the plan: resources, findings, cost. Nothing is changed.'),
});
const removeQuery = z.strictObject({
  purge: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Erase everything at once instead of keeping the data for a while.'),
});

@Controller()
export class TenantsController {
  constructor(
    private readonly tenants: TenantsService,
    private readonly onboarding: Onboarding,
    private readonly preview: TenantPreview,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/tenants',
    operationId: 'createTenant',
    tag,
    summary: 'Onboard a client',
    access: changers,
    responses: startsOperation,
    refusals: [409, 422, 503],
  })
  create(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: createQuery }) { dryRun }: z.infer<typeof createQuery>,
    @Body({ schema: newTenantBody }) body: NewTenant,
  ): Command {
    const way = dryRun === 'true' ? this.preview : this.onboarding;
    return async (tx) => accepted(await way.begin(ctx, tx, body));
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants',
    operationId: 'listTenants',
    tag,
    summary: 'List the tenants, newest first; tombstones only with filter=state=deleted',
    access: everyRole,
    responses: { 200: { description: 'A page of tenants', schema: pageSchema(tenantSchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: listQuery }) page: z.infer<typeof listQuery>,
  ): Promise<Page<TenantView>> {
    return this.tenants.list(ctx, tenantList.request(page));
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id',
    operationId: 'getTenant',
    tag,
    summary: 'Get a tenant by its id or slug',
    access: everyRole,
    responses: { 200: { description: 'The tenant', schema: tenantSchema, headers: ['ETag'] } },
  })
  async get(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<Answer<TenantView>> {
    const { view, etag } = await this.tenants.get(ctx, id);
    return tagged(view, etag);
  }

  @Route({
    method: 'DELETE',
    path: '/v1/tenants/:id',
    operationId: 'deleteTenant',
    tag,
    summary: 'Take a tenant away; with purge=true erase it',
    description:
      'Without purge the tenant becomes pending_deletion: its page is gone, its data is kept, restore brings it back.',
    access: changers,
    ifMatch: true,
    responses: { 202: { ...startsOperation[202], headers: ['Location'] } },
    refusals: [409],
  })
  remove(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: removeQuery }) { purge }: z.infer<typeof removeQuery>,
    @Headers('if-match') ifMatch: string,
  ): Command {
    return async (tx) =>
      accepted(await this.tenants.remove(ctx, tx, id, { purge: purge === 'true', ifMatch }));
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/reconcile',
    operationId: 'reconcileTenant',
    tag,
    summary: 'Look at what is there and apply the tenant’s stack again, so that drift is mended',
    access: changers,
    responses: startsOperation,
    refusals: [409],
  })
  reconcile(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.tenants.reconcile(ctx, tx, id));
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/restore',
    operationId: 'restoreTenant',
    tag,
    summary: 'Bring back a tenant that waits for its deletion',
    access: changers,
    responses: startsOperation,
    refusals: [409],
  })
  restore(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.tenants.restore(ctx, tx, id));
  }
}
