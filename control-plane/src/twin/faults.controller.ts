import { Body, Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, type Command } from '../platform/http/answer.js';
import type { Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { platformRoles, type Ctx } from '../platform/request-context.js';
import { newFaultBody, twinFaultSchema, type NewTwinFault, type TwinFault } from './faults.schema.js';
import { FaultsService } from './faults.service.js';
import { cellQuery, wholeList } from './twin.schema.js';

const tag = 'twin';

@Controller()
export class FaultsController {
  constructor(private readonly faults: FaultsService) {}

  @Route({
    method: 'GET',
    path: '/v1/twin/faults',
    operationId: 'listTwinFaults',
    tag,
    summary: 'List what the stand-in clouds are told to fail at',
    access: platformRoles,
    responses: { 200: { description: 'The rules, oldest first', schema: wholeList(twinFaultSchema) } },
    refusals: [404],
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: cellQuery }) { cell }: z.infer<typeof cellQuery>,
  ): Promise<Page<TwinFault>> {
    return { items: await this.faults.list(ctx, cell), nextCursor: null };
  }

  @Route({
    method: 'POST',
    path: '/v1/twin/faults',
    operationId: 'addTwinFault',
    tag,
    summary: 'Tell the stand-in clouds to fail',
    description:
      'Each call that fits the rule has its fault, with the sentence that the real provider would report. The oldest rule that fits is taken.',
    access: ['admin', 'operator'],
    responses: {
      201: { description: 'The rule', schema: twinFaultSchema, headers: ['Idempotent-Replayed'] },
    },
    refusals: [404, 422],
  })
  add(@RequestCtx() ctx: Ctx, @Body({ schema: newFaultBody }) body: NewTwinFault): Command {
    return async (tx) => new Answer(201, await this.faults.add(ctx, tx, body));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/twin/faults/:id',
    operationId: 'removeTwinFault',
    tag,
    summary: 'Let the stand-in clouds work again',
    access: ['admin', 'operator'],
    responses: { 204: { description: 'The rule is gone' } },
    refusals: [404],
  })
  remove(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: cellQuery }) { cell }: z.infer<typeof cellQuery>,
  ): Command {
    return async (tx) => {
      await this.faults.remove(ctx, tx, cell, id);
      return new Answer(204, undefined);
    };
  }
}
