import { Controller } from '@nestjs/common';
import { z } from 'zod';
import { roleLimits } from '../platform/http/rate-limits.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { apiKeySchema } from './api-key.schema.js';
import { ApiKeysService } from './api-keys.service.js';

const whoamiSchema = z
  .object({
    actor: z.string().describe('As audit events and operations name it.'),
    role: apiKeySchema.shape.role,
    tenantId: z.string().nullable().describe('The tenant to which the key is bound; null for the platform.'),
    key: apiKeySchema.pick({ id: true, name: true, createdAt: true, expiresAt: true }),
    rateLimit: apiKeySchema.shape.rateLimit
      .unwrap()
      .describe('How often the key may ask: its own limit or its role’s.'),
  })
  .meta({ id: 'Whoami' });

/** What a caller is to this API. */
@Controller()
export class WhoamiController {
  constructor(private readonly keys: ApiKeysService) {}

  @Route({
    method: 'GET',
    path: '/v1/whoami',
    operationId: 'whoami',
    tag: 'api keys',
    summary: 'Say who asks: the key, its role, its tenant, and until when it is valid',
    access: everyRole,
    responses: { 200: { description: 'Who asks', schema: whoamiSchema } },
  })
  async whoami(@RequestCtx() ctx: Ctx): Promise<z.infer<typeof whoamiSchema>> {
    const { id: actor, role, tenantId = null, rateLimit = roleLimits[ctx.actor.role] } = ctx.actor;
    const { id, name, createdAt, expiresAt } = await this.keys.get(ctx, actor.replace(/^key:/, ''));
    return { actor, role, tenantId, key: { id, name, createdAt, expiresAt }, rateLimit };
  }
}
