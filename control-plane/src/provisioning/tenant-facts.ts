import type { CatalogService } from '../catalog/catalog.service.js';
import type { CellsService } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { TenantsService } from '../tenants/tenants.service.js';
import type { TenantFacts } from './tenant-stack.js';

/** Reads what a tenant's stack follows from, in one transaction. */
export class TenantFactsReader {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly catalog: CatalogService,
    private readonly cells: CellsService,
  ) {}

  async read(ctx: Ctx, tenantId: string): Promise<TenantFacts> {
    return this.uow.run(ctx, async (tx) => {
      const tenant = await this.tenants.require(tx, tenantId);
      const release = await this.catalog.releaseById(tx, tenant.releaseId);
      const cell = await this.cells.require(tx, tenant.cell);
      const plan = await this.catalog.plan(tx, tenant.plan);
      if (plan) return { tenant, release, plan, cell };
      throw new AppError('not_allowed', 'unknown_plan', {
        publicMessage: `There is no plan "${tenant.plan}".`,
      });
    });
  }
}
