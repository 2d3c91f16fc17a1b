import { Controller, Param } from '@nestjs/common';
import { z } from 'zod';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { StackRunner } from '../stack-runner/stack-runner.js';
import { TenantsService } from './tenants.service.js';

const graphSchema = z
  .object({
    nodes: z.array(
      z.object({
        urn: z.string(),
        type: z.string(),
        name: z.string(),
        id: z.string(),
        state: z.enum(['present', 'creating', 'updating', 'deleting', 'pending_delete']),
        consoleUrl: z.string().optional(),
      }),
    ),
    edges: z.array(
      z.object({ from: z.string(), to: z.string() }).describe('From what depends to what it depends on.'),
    ),
  })
  .meta({ id: 'ResourceGraph' });

@Controller()
export class TenantResourcesController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly stacks: StackRunner,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/resources',
    operationId: 'getTenantResources',
    tag: 'tenants',
    summary: 'What a tenant owns in the cloud, and what hangs on what',
    access: everyRole,
    responses: { 200: { description: 'The resource graph', schema: graphSchema } },
  })
  async resources(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<z.input<typeof graphSchema>> {
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    const { nodes, edges } = await this.stacks.resources({ project: 'leasehold-tenant', name: tenant.id });
    return { nodes: [...nodes], edges: [...edges] };
  }
}
