import { Body, Controller, Param, Query } from '@nestjs/common';
import type { z } from 'zod';
import { Answer, type Command } from '../platform/http/answer.js';
import { pageSchema, type Page } from '../platform/lists/page.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { callerKeyList } from './caller-key-list.js';
import {
  callerKeyBody,
  callerKeySchema,
  createdCallerKeySchema,
  type CallerKeyBody,
  type CallerKeyView,
} from './caller-key.schema.js';
import { CallerKeysService } from './caller-keys.service.js';

const tag = 'identity';
const listQuery = callerKeyList.query();

@Controller()
export class CallerKeysController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly keys: CallerKeysService,
  ) {}

  @Route({
    method: 'POST',
    path: '/v1/tenants/:id/caller-keys',
    operationId: 'createCallerKey',
    tag,
    summary: "Make an API key for a caller of the tenant's product",
    description:
      "The key itself is in this answer alone. It counts where the tenant's parameter auth is api-key or any, and on routes that always ask who calls.",
    access: ['admin', 'tenant-admin'],
    responses: {
      201: { description: 'The new key', schema: createdCallerKeySchema, headers: ['Idempotent-Replayed'] },
    },
    refusals: [409],
  })
  create(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Body({ schema: callerKeyBody }) body: CallerKeyBody,
  ): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      const { view, key } = await this.keys.create(ctx, tx, tenant.id, body);
      return new Answer(201, { ...view, key }, {}, { ...view, key: null });
    };
  }

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/caller-keys',
    operationId: 'listCallerKeys',
    tag,
    summary: "List the API keys of callers of the tenant's product, newest first",
    access: ['admin', 'operator', 'viewer', 'tenant-admin'],
    responses: {
      200: { description: 'A page of keys, without their secrets', schema: pageSchema(callerKeySchema) },
    },
  })
  async list(
    @RequestCtx() ctx: Ctx,
    @Param('id') id: string,
    @Query({ schema: listQuery }) query: z.infer<typeof listQuery>,
  ): Promise<Page<CallerKeyView>> {
    const request = callerKeyList.request(query);
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    return this.keys.list(ctx, tenant.id, request);
  }

  @Route({
    method: 'DELETE',
    path: '/v1/tenants/:id/caller-keys/:key',
    operationId: 'deleteCallerKey',
    tag,
    summary: 'Delete an API key of a caller; every pod refuses it within ten seconds or so',
    access: ['admin', 'operator', 'tenant-admin'],
    responses: { 204: { description: 'Deleted' } },
    refusals: [409],
  })
  remove(@RequestCtx() ctx: Ctx, @Param('id') id: string, @Param('key') key: string): Command {
    return async (tx) => {
      const tenant = await this.tenants.requireLiving(tx, id);
      await this.keys.remove(ctx, tx, tenant.id, key);
      return new Answer(204, undefined);
    };
  }
}
