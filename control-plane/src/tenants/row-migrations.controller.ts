import { Controller, Inject, Param } from '@nestjs/common';
import { z } from 'zod';
import { AppError } from '../platform/app-error.js';
import { RequestCtx } from '../platform/http/request-ctx.decorator.js';
import { Route } from '../platform/http/route.decorator.js';
import { everyRole, type Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TARGETS, type MigrationState, type Targets } from '../targets/target.js';
import { TenantsService } from './tenants.service.js';

const migrationsSchema = z
  .object({
    migrations: z.array(
      z.object({
        id: z.string(),
        description: z.string(),
        state: z.enum(['not_begun', 'under_way', 'done']),
        rows: z.int().describe('Rows that it has looked at.'),
        changed: z.int().describe('Rows that it has changed.'),
        at: z.iso.datetime().nullable().describe('When its last page was done; null before the first.'),
      }),
    ),
  })
  .meta({ id: 'RowMigrations' });

/** What migrations have done to a tenant's rows, as the ledger beside the rows has it. */
@Controller()
export class RowMigrationsController {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    @Inject(TARGETS) private readonly targets: Targets,
  ) {}

  @Route({
    method: 'GET',
    path: '/v1/tenants/:id/migrations',
    operationId: 'listRowMigrations',
    tag: 'tenants',
    summary: 'How far each migration of rows is with a tenant',
    description:
      'In the order of their numbers. The step `migrate` of an update runs those that the wanted release names; not_begun says that no release of this tenant needed it yet.',
    access: everyRole,
    responses: { 200: { description: 'The migrations that there are', schema: migrationsSchema } },
  })
  async list(@RequestCtx() ctx: Ctx, @Param('id') id: string): Promise<z.input<typeof migrationsSchema>> {
    const tenant = await this.uow.run(ctx, (tx) => this.tenants.require(tx, id));
    if (tenant.rowKeyPrefix === null) return { migrations: [] };
    return { migrations: [...(await this.#ask(tenant.cell, tenant.rowKeyPrefix))] };
  }

  async #ask(cell: string, prefix: string): Promise<readonly MigrationState[]> {
    try {
      return await this.targets.of(cell).migrations(prefix);
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError('unavailable', 'target_unavailable', {
        publicMessage: `The data gateway of cell ${cell} does not answer; ask again in a moment.`,
        retryable: true,
        logLevel: 'warn',
        cause,
      });
    }
  }
}
