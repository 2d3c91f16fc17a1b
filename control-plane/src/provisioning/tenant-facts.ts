import type { WorkloadTelemetry } from '@leasehold/stacks';
import type { CatalogService } from '../catalog/catalog.service.js';
import type { CellsService } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx, UnitOfWork } from '../platform/unit-of-work.js';
import type { PreviewedTenant } from '../tenants/previewed-tenant.js';
import { asRunning } from '../tenants/tenant-spec.js';
import type { TenantsService } from '../tenants/tenants.service.js';
import type { StackFacts, TenantFacts } from './tenant-stack.js';

/** Which of a tenant's specs is meant: the one that was asked for last, or the one that runs. They differ after a failed update. */
export type WhichSpec = 'wanted' | 'running';

/** Reads what a tenant's stack follows from, in one transaction. */
export class TenantFactsReader {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly catalog: CatalogService,
    private readonly cells: CellsService,
    private readonly telemetry: WorkloadTelemetry | null,
  ) {}

  async read(ctx: Ctx, tenantId: string, which: WhichSpec = 'running'): Promise<TenantFacts> {
    return this.uow.run(ctx, async (tx) => {
      const stored = await this.tenants.require(tx, tenantId);
      const tenant = which === 'running' ? asRunning(stored) : stored;
      return { ...(await this.#around(tx, tenant)), tenant };
    });
  }

  /** What runs, as it were in another cell. */
  async readIn(ctx: Ctx, tenantId: string, cellName: string): Promise<TenantFacts> {
    return this.uow.run(ctx, async (tx) => {
      const stored = asRunning(await this.tenants.require(tx, tenantId));
      const { name: cell, domain: cellDomain, target: cellTarget } = await this.cells.require(tx, cellName);
      const tenant = { ...stored, cell, cellDomain, cellTarget };
      return { ...(await this.#around(tx, tenant)), tenant };
    });
  }

  /** The same around a tenant that is not stored. */
  async around(ctx: Ctx, tenant: PreviewedTenant): Promise<StackFacts> {
    return this.uow.run(ctx, (tx) => this.#around(tx, tenant));
  }

  async #around(tx: Tx, tenant: PreviewedTenant): Promise<StackFacts> {
    const release = await this.catalog.releaseById(tx, tenant.releaseId);
    const cell = await this.cells.require(tx, tenant.cell);
    const plan = await this.catalog.plan(tx, tenant.plan);
    if (plan) return { tenant, release, plan, cell, telemetry: this.telemetry };
    throw new AppError('not_allowed', 'unknown_plan', {
      publicMessage: `There is no plan "${tenant.plan}".`,
    });
  }
}
