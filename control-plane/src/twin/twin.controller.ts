import { Body, Controller, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, type Command } from '../platform/http/answer.js';
import type { Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { platformRoles, type Ctx } from '../platform/request-context.js';
import { changeBody, invalidateBody, type TwinChange, type TwinInvalidation } from './change.schema.js';
import {
  cellQuery,
  inventoryQuery,
  resourceQuery,
  twinPodSchema,
  twinRecordSchema,
  twinResourceSchema,
  twinRouteSchema,
  wholeList,
  type TwinPod,
  type TwinRecord,
  type TwinResource,
  type TwinRoute,
} from './twin.schema.js';
import { TwinService } from './twin.service.js';

const tag = 'twin';

@Controller()
export class TwinController {
  constructor(private readonly twin: TwinService) {}

  @Route({
    method: 'GET',
    path: '/v1/twin/inventory',
    operationId: 'listTwinInventory',
    tag,
    summary: 'List what the stand-in clouds hold',
    access: platformRoles,
    responses: { 200: { description: 'The resources', schema: wholeList(twinResourceSchema) } },
    refusals: [404],
  })
  async inventory(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: inventoryQuery }) filter: z.infer<typeof inventoryQuery>,
  ): Promise<Page<TwinResource>> {
    return { items: await this.twin.inventory(ctx, filter), nextCursor: null };
  }

  @Route({
    method: 'DELETE',
    path: '/v1/twin/inventory',
    operationId: 'removeTwinResource',
    tag,
    summary: 'Take a resource out of the inventory behind the engine’s back (drift)',
    access: ['admin', 'operator'],
    responses: { 204: { description: 'It is gone' } },
    refusals: [404, 409],
  })
  remove(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: resourceQuery }) resource: z.infer<typeof resourceQuery>,
  ): Command {
    return async (tx) => {
      await this.twin.remove(ctx, tx, resource);
      return new Answer(204, undefined);
    };
  }

  @Route({
    method: 'PATCH',
    path: '/v1/twin/inventory',
    operationId: 'changeTwinResource',
    tag,
    summary: 'Write one field of a resource behind the engine’s back (drift)',
    access: ['admin', 'operator'],
    responses: { 200: { description: 'The resource as it is now', schema: twinResourceSchema } },
    refusals: [404, 422],
  })
  change(@RequestCtx() ctx: Ctx, @Body({ schema: changeBody }) body: TwinChange): Command {
    return async (tx) => new Answer(200, await this.twin.change(ctx, tx, body));
  }

  @Route({
    method: 'POST',
    path: '/v1/twin/cache:invalidate',
    operationId: 'invalidateTwinCache',
    tag,
    summary: 'Let the edge forget what it has cached of a hostname',
    access: ['admin', 'operator'],
    responses: { 204: { description: 'The edge has been told', headers: ['Idempotent-Replayed'] } },
    refusals: [404],
  })
  invalidate(@RequestCtx() ctx: Ctx, @Body({ schema: invalidateBody }) body: TwinInvalidation): Command {
    return async (tx) => {
      await this.twin.invalidate(ctx, tx, body);
      return new Answer(204, undefined);
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/twin/records',
    operationId: 'listTwinRecords',
    tag,
    summary: 'List what the twin’s DNS answers',
    access: platformRoles,
    responses: { 200: { description: 'The record sets', schema: wholeList(twinRecordSchema) } },
    refusals: [404],
  })
  async records(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: cellQuery }) { cell }: z.infer<typeof cellQuery>,
  ): Promise<Page<TwinRecord>> {
    return { items: await this.twin.records(ctx, cell), nextCursor: null };
  }

  @Route({
    method: 'GET',
    path: '/v1/twin/routes',
    operationId: 'listTwinRoutes',
    tag,
    summary: 'List where the twin’s edge sends requests',
    access: platformRoles,
    responses: { 200: { description: 'The routes', schema: wholeList(twinRouteSchema) } },
    refusals: [404],
  })
  async routes(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: cellQuery }) { cell }: z.infer<typeof cellQuery>,
  ): Promise<Page<TwinRoute>> {
    return { items: await this.twin.routes(ctx, cell), nextCursor: null };
  }

  @Route({
    method: 'GET',
    path: '/v1/twin/pods',
    operationId: 'listTwinPods',
    tag,
    summary: 'List the workloads that run as processes on this machine',
    access: platformRoles,
    responses: { 200: { description: 'The pods', schema: wholeList(twinPodSchema) } },
    refusals: [404],
  })
  async pods(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: cellQuery }) { cell }: z.infer<typeof cellQuery>,
  ): Promise<Page<TwinPod>> {
    return { items: await this.twin.pods(ctx, cell), nextCursor: null };
  }
}
