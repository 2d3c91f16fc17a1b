import { Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import type { Ctx } from '../platform/request-context.js';
import { deliveryList } from './delivery-list.js';
import { DeliveriesService } from './deliveries.service.js';
import { deliverySchema, type DeliveryView } from './webhook.schema.js';

const tag = 'webhooks';
const changers = ['admin', 'operator', 'tenant-admin'] as const;
const listQuery = deliveryList.query().extend({ state: deliverySchema.shape.state.optional() });
const queued = {
  202: {
    description: 'The delivery, to be sent at once',
    schema: deliverySchema,
    headers: ['Idempotent-Replayed'],
  },
} as const;

@Controller()
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Route({
    method: 'GET',
    path: '/v1/webhooks/:id/deliveries',
    operationId: 'listWebhookDeliveries',
    tag,
    summary: 'List what was sent to a webhook, or is about to be, newest first',
    access: ['admin', 'operator', 'viewer', 'tenant-admin'],
    responses: { 200: { description: 'A page of deliveries', schema: pageSchema(deliverySchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: listQuery }) { state, ...query }: z.infer<typeof listQuery>,
  ): Promise<Page<DeliveryView>> {
    return this.deliveries.list(ctx, id, state, deliveryList.request(query));
  }

  @Route({
    method: 'POST',
    path: '/v1/webhooks/:id/test',
    operationId: 'testWebhook',
    tag,
    summary: 'Send a message of type webhook.test',
    access: changers,
    responses: queued,
    refusals: [409],
  })
  test(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => new Answer(202, await this.deliveries.test(ctx, tx, id, new Date()));
  }

  @Route({
    method: 'POST',
    path: '/v1/webhooks/:id/deliveries/:deliveryId/replay',
    operationId: 'replayWebhookDelivery',
    tag,
    summary: 'Send a message again, under the same webhook-id',
    access: changers,
    responses: queued,
    refusals: [409],
  })
  replay(@RequestCtx() ctx: Ctx, @Param('id') id: string, @Param('deliveryId') deliveryId: string): Command {
    return async (tx) => new Answer(202, await this.deliveries.replay(ctx, tx, id, deliveryId));
  }
}
