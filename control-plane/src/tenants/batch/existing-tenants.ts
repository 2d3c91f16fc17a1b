import { Injectable } from '@nestjs/common';
import { validateParameters } from '@leasehold/template-manifest';
import { CatalogService } from '../../catalog/catalog.service.js';
import { AppError } from '../../platform/app-error.js';
import type { Ctx } from '../../platform/request-context.js';
import type { Tx } from '../../platform/unit-of-work.js';
import { platformHostname } from '../hostname.js';
import type { NewTenant } from '../tenant.schema.js';
import { TenantsService, type Tenant } from '../tenants.service.js';
import { changedFields, type ComparedField } from './changed-fields.js';

/** Rows of a batch whose client is there already. */
@Injectable()
export class ExistingTenants {
  constructor(
    private readonly tenants: TenantsService,
    private readonly catalog: CatalogService,
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

  /** Makes the client what the row says. @returns the id of the operation, or null when nothing has to be applied */
  update(
    _ctx: Ctx,
    _tx: Tx,
    tenant: Tenant,
    _wanted: NewTenant,
    changes: readonly ComparedField[],
  ): Promise<string | null> {
    throw new AppError('not_allowed', 'update_not_available', {
      publicMessage: `The client "${tenant.slug}" is there already and differs in ${changes.join(', ')}; this version cannot change it by a batch.`,
      errors: changes.map((field) => ({ pointer: `/${field}`, message: 'differs from the client' })),
      resource: tenant.id,
    });
  }
}
