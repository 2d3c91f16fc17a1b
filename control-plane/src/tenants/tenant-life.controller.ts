import { Body, Controller, Headers, Param } from '@nestjs/common';
import { startsOperation } from '../operations/operation.schema.js';
import { accepted, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { TenantChanges } from './tenant-changes.js';
import { rejectionBody, tenantPatch, type Rejection, type TenantPatch } from './tenant.schema.js';
import { TenantsService } from './tenants.service.js';

const tag = 'tenants';
const changers = ['admin', 'operator'] as const;

/** What is asked of a tenant between its onboarding and its end. */
@Controller()
export class TenantLifeController {
  constructor(
    private readonly tenants: TenantsService,
    private readonly changes: TenantChanges,
  ) {}

  @Route({
    method: 'PATCH',
    path: '/v1/tenants/:id',
    operationId: 'updateTenant',
    tag,
    summary: 'Change a tenant; what is left out stays as it is',
    description:
      'Labels, contact, deletionProtection and expiresAt are changed at once: the operation has succeeded when it is answered. Everything else is brought about by one run of the tenant’s stack. When that fails, what ran before is put back: the tenant stays active with the condition Degraded, lastGood says what runs, and an empty PATCH tries the spec again.',
    access: changers,
    ifMatch: true,
    responses: { 202: { ...startsOperation[202], headers: ['Location'] } },
    refusals: [409, 422],
  })
  update(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string,
    @Body({ schema: tenantPatch }) patch: TenantPatch,
  ): Command {
    return async (tx) => accepted(await this.changes.patch(ctx, tx, id, patch, ifMatch));
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/suspend',
    operationId: 'suspendTenant',
    tag,
    summary: 'Take a tenant’s workload to zero; its names answer 503 with a branded page, its data stays',
    access: changers,
    responses: startsOperation,
    refusals: [409],
  })
  suspend(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.tenants.suspend(ctx, tx, id));
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/resume',
    operationId: 'resumeTenant',
    tag,
    summary: 'Bring a suspended tenant back',
    access: changers,
    responses: startsOperation,
    refusals: [409],
  })
  resume(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.tenants.resume(ctx, tx, id));
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/approve',
    operationId: 'approveTenant',
    tag,
    summary: 'Let a requested tenant be made, where its plan asks for an approval',
    access: ['admin'],
    responses: startsOperation,
    refusals: [409],
  })
  approve(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => accepted(await this.tenants.approve(ctx, tx, id));
  }

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/reject',
    operationId: 'rejectTenant',
    tag,
    summary: 'End the request for a tenant; its names are free again',
    access: ['admin'],
    responses: startsOperation,
    refusals: [409],
  })
  reject(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: rejectionBody }) { reason }: Rejection,
  ): Command {
    return async (tx) => accepted(await this.tenants.reject(ctx, tx, id, reason));
  }
}
