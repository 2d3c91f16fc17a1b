import { Body, Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, tagged, type Command } from '../platform/http/answer.js';
import { contentTag } from '../platform/http/etag.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { planList } from './catalog-lists.js';
import { CatalogService } from './catalog.service.js';
import { newPlanBody, planSchema, type NewPlan, type PlanView } from './plan.schema.js';

const tag = 'catalog';

const listQuery = planList.query();

@Controller()
export class PlansController {
  constructor(private readonly catalog: CatalogService) {}

  @Route({
    method: 'GET',
    path: '/v1/plans',
    operationId: 'listPlans',
    tag,
    summary: 'List the plans, the smallest first',
    access: everyRole,
    responses: { 200: { description: 'A page of plans', schema: pageSchema(planSchema) } },
  })
  async plans(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<PlanView>> {
    return this.catalog.plans(ctx, planList.request(query));
  }

  @Route({
    method: 'POST',
    path: '/v1/plans',
    operationId: 'createPlan',
    tag,
    summary: 'Add a plan',
    access: ['admin'],
    responses: {
      201: {
        description: 'The plan',
        schema: planSchema,
        headers: ['Location', 'ETag', 'Idempotent-Replayed'],
      },
    },
    refusals: [409],
  })
  addPlan(@RequestCtx() ctx: Ctx, @Body({ schema: newPlanBody }) body: NewPlan): Command {
    return async (tx) => {
      const made = await this.catalog.addPlan(ctx, tx, body);
      return new Answer(201, made, { location: `/v1/plans/${made.name}`, etag: planTag(made) });
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/plans/:name',
    operationId: 'getPlan',
    tag,
    summary: 'Get a plan',
    access: everyRole,
    responses: { 200: { description: 'The plan', schema: planSchema, headers: ['ETag'] } },
  })
  async plan(@RequestCtx() ctx: Ctx, @Param('name') name: string): Promise<Answer<PlanView>> {
    const plan = await this.catalog.getPlan(ctx, name);
    return tagged(plan, planTag(plan));
  }
}

function planTag(plan: PlanView): string {
  return contentTag({ ...plan, createdAt: undefined, updatedAt: undefined });
}
