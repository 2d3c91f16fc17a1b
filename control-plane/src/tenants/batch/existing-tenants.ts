import { Injectable } from '@nestjs/common';
import { validateParameters } from '@leasehold/template-manifest';
import { CatalogService } from '../../catalog/catalog.service.js';
import { AppError } from '../../platform/app-error.js';
import type { Ctx } from '../../platform/request-context.js';
import type { Tx } from '../../platform/unit-of-work.js';
import { platformHostname } from '../hostname.js';
import { TenantChanges } from '../tenant-changes.js';
import { tenantTag } from '../tenant-view.js';
import { tenantPatch, type NewTenant } from '../tenant.schema.js';
import { TenantsService, type Tenant } from '../tenants.service.js';
import { changedFields, type ComparedField } from './changed-fields.js';

/** Rows of a batch whose client is there already. */
@Injectable()
export class ExistingTenants {
  constructor(
    private readonly tenants: TenantsService,
    private readonly catalog: CatalogService,
    private readonly changes: TenantChanges,
  ) {}

  /** The living tenant with the row's slug and in what it differs from the row; undefined when there is none. */
  async compare(
    tx: Tx,
    wanted: NewTenant,
    said: ReadonlySet<string>,
  ): Promise<{ tenant: Tenant; changes: ComparedField[] } | undefined> {
    const tenant = await this.tenants.findBySlug(tx, wanted.slug);
    if (!tenant) return undefined;
    const complete = { ...wanted, parameters: await this.#completed(tx, tenant, wanted) };
    const changes = changedFields(tenant, complete, said, platformHostname(tenant.slug, tenant.cellDomain));
    return { tenant, changes };
  }

  /** Parameters that do not fit differ by themselves; the update says what is wrong with them. */
  async #completed(tx: Tx, tenant: Tenant, wanted: NewTenant): Promise<Record<string, unknown>> {
    const release =
      wanted.release === undefined
        ? await this.catalog.releaseById(tx, tenant.releaseId)
        : await this.catalog.releaseFor(tx, tenant.template, wanted.release);
    const result = release && validateParameters(release.manifest, wanted.parameters);
    return result?.ok ? result.values : wanted.parameters;
  }

  /** Makes the client what the row says, where it differs. @returns the id of the operation */
  async update(
    ctx: Ctx,
    tx: Tx,
    tenant: Tenant,
    wanted: NewTenant,
    changes: readonly ComparedField[],
  ): Promise<string> {
    refuseFixed(tenant, changes);
    const changed: Partial<NewTenant> = Object.fromEntries(changes.map((field) => [field, wanted[field]]));
    const patch = tenantPatch.parse(changed);
    return (await this.changes.patch(ctx, tx, tenant.id, patch, tenantTag(tenant))).id;
  }
}

function refuseFixed(tenant: Tenant, changes: readonly ComparedField[]): void {
  const fixed = changes.filter((field) => field === 'template' || field === 'cell');
  if (fixed.length === 0) return;
  throw new AppError('not_allowed', 'field_is_fixed', {
    publicMessage: `The client "${tenant.slug}" is there already, and ${fixed.join(' and ')} of a client cannot be changed.`,
    errors: fixed.map((field) => ({ pointer: `/${field}`, message: `must be ${tenant[field]}` })),
    resource: tenant.id,
  });
}
