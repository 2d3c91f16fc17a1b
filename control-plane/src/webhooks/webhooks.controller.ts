import { Body, Controller, Param, Query } from '@nestjs/common';
import { z } from 'zod';
import { Answer, type Command } from '../platform/http/answer.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import type { Ctx } from '../platform/request-context.js';
import { webhookList } from './webhook-list.js';
import {
  newWebhookBody,
  webhookPatch,
  webhookSchema,
  webhookWithSecretSchema,
  type NewWebhookBody,
  type WebhookPatch,
  type WebhookView,
} from './webhook.schema.js';
import { WebhooksService } from './webhooks.service.js';

const tag = 'webhooks';
const readers = ['admin', 'operator', 'viewer', 'tenant-admin'] as const;
const changers = ['admin', 'operator', 'tenant-admin'] as const;
const listQuery = webhookList.query().extend({ tenantId: z.string().max(64).optional() });

@Controller()
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Route({
    method: 'POST',
    path: '/v1/webhooks',
    operationId: 'createWebhook',
    tag,
    summary: 'Have events sent to a URL',
    description:
      'Messages follow Standard Webhooks (headers webhook-id, webhook-timestamp, webhook-signature), come at least once and in no promised order. The secret is in this answer alone.',
    access: changers,
    responses: {
      201: {
        description: 'The new webhook with its secret',
        schema: webhookWithSecretSchema,
        headers: ['Location', 'Idempotent-Replayed'],
      },
    },
    refusals: [422],
  })
  create(@RequestCtx() ctx: Ctx, @Body({ schema: newWebhookBody }) body: NewWebhookBody): Command {
    return async (tx) => {
      const { view, secret } = await this.webhooks.create(ctx, tx, body);
      return withSecret(201, view, secret, { location: `/v1/webhooks/${view.id}` });
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/webhooks',
    operationId: 'listWebhooks',
    tag,
    summary: 'List webhooks, newest first',
    access: readers,
    responses: { 200: { description: 'A page of webhooks', schema: pageSchema(webhookSchema) } },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: listQuery }) { tenantId, ...query }: z.infer<typeof listQuery>,
  ): Promise<Page<WebhookView>> {
    return this.webhooks.list(ctx, tenantId, webhookList.request(query));
  }

  @Route({
    method: 'GET',
    path: '/v1/webhooks/:id',
    operationId: 'getWebhook',
    tag,
    summary: 'Get a webhook, without its secret',
    access: readers,
    responses: { 200: { description: 'The webhook', schema: webhookSchema } },
  })
  async get(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<WebhookView> {
    return this.webhooks.get(ctx, id);
  }

  @Route({
    method: 'PATCH',
    path: '/v1/webhooks/:id',
    operationId: 'updateWebhook',
    tag,
    summary: 'Change a webhook, disable it or enable it again',
    access: changers,
    responses: { 200: { description: 'The webhook', schema: webhookSchema } },
    refusals: [422],
  })
  change(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: webhookPatch }) patch: WebhookPatch,
  ): Command {
    return async (tx) => new Answer(200, await this.webhooks.change(ctx, tx, id, patch));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/webhooks/:id',
    operationId: 'deleteWebhook',
    tag,
    summary: 'Remove a webhook with its deliveries',
    access: changers,
    responses: { 204: { description: 'Removed' } },
  })
  remove(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => {
      await this.webhooks.remove(ctx, tx, id);
      return new Answer(204, undefined);
    };
  }

  @Route({
    method: 'POST',
    path: '/v1/webhooks/:id/rotate-secret',
    operationId: 'rotateWebhookSecret',
    tag,
    summary: 'Make a new signing secret; the one before stays valid for a day',
    access: changers,
    responses: {
      200: {
        description: 'The webhook with its new secret',
        schema: webhookWithSecretSchema,
        headers: ['Idempotent-Replayed'],
      },
    },
  })
  rotate(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => {
      const { view, secret } = await this.webhooks.rotate(ctx, tx, id);
      return withSecret(200, view, secret, {});
    };
  }
}

/** The secret is in the answer to the request that made it, and in no replay. */
function withSecret(
  status: 200 | 201,
  view: WebhookView,
  secret: string,
  headers: Record<string, string>,
): Answer {
  return new Answer(status, { ...view, secret }, headers, { ...view, secret: null });
}
