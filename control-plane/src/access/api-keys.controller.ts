import { Body, Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, tagged, type Command } from '../platform/http/answer.js';
import { contentTag } from '../platform/http/etag.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { apiKeyList } from './api-key-list.js';
import {
  apiKeySchema,
  createdApiKeySchema,
  newApiKeyBody,
  type ApiKeyView,
  type NewApiKeyBody,
} from './api-key.schema.js';
import { ApiKeysService } from './api-keys.service.js';

const listQuery = apiKeyList.query();

@Controller()
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Route({
    method: 'POST',
    path: '/v1/api-keys',
    operationId: 'createApiKey',
    tag: 'api keys',
    summary: 'Make an API key',
    description: 'The key itself is in this answer alone.',
    access: ['admin'],
    responses: {
      201: {
        description: 'The new key',
        schema: createdApiKeySchema,
        headers: ['Location', 'Idempotent-Replayed'],
      },
    },
    refusals: [422],
  })
  create(@RequestCtx() ctx: Ctx, @Body({ schema: newApiKeyBody }) body: NewApiKeyBody): Command {
    return async (tx) => {
      const { record, key } = await this.keys.create(ctx, tx, body);
      return new Answer(
        201,
        { ...record, key },
        { location: `/v1/api-keys/${record.id}` },
        { ...record, key: null },
      );
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/api-keys',
    operationId: 'listApiKeys',
    tag: 'api keys',
    summary: 'List the API keys that are not revoked, newest first',
    access: ['admin', 'tenant-admin'],
    responses: {
      200: { description: 'A page of keys, without their secrets', schema: pageSchema(apiKeySchema) },
    },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<ApiKeyView>> {
    return this.keys.list(ctx, apiKeyList.request(query));
  }

  @Route({
    method: 'GET',
    path: '/v1/api-keys/:id',
    operationId: 'getApiKey',
    tag: 'api keys',
    summary: 'Get an API key, without its secret',
    access: ['admin', 'tenant-admin'],
    responses: { 200: { description: 'The key', schema: apiKeySchema, headers: ['ETag'] } },
  })
  async get(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<Answer<ApiKeyView>> {
    const key = await this.keys.get(ctx, id);
    return tagged(key, contentTag({ ...key, lastUsedAt: undefined }));
  }

  @Route({
    method: 'DELETE',
    path: '/v1/api-keys/:id',
    operationId: 'revokeApiKey',
    tag: 'api keys',
    summary: 'Revoke an API key, at once and for ever',
    access: ['admin'],
    responses: { 204: { description: 'Revoked' } },
  })
  revoke(@RequestCtx() ctx: Ctx, @Param('id') id: string): Command {
    return async (tx) => {
      await this.keys.revoke(ctx, tx, id);
      return new Answer(204, undefined);
    };
  }
}
