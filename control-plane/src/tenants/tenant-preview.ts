import { Injectable } from '@nestjs/common';
import type { Operation } from '../operations/operation.js';
import { OperationsService } from '../operations/operations.service.js';
import { jsonObject } from '../platform/json.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { Onboarding } from './onboarding.js';
import { previewedTenant } from './previewed-tenant.js';
import type { NewTenant } from './tenant.schema.js';
import { TenantsService, type Tenant } from './tenants.service.js';

/** Carries the tenant out of a savepoint that is rolled back with everything that was written for it. */
class ThoughtUp extends Error {
  constructor(readonly tenant: Tenant) {
    super('A dry run keeps nothing.');
  }
}

/** Says what an onboarding would make. */
@Injectable()
export class TenantPreview {
  constructor(
    private readonly onboarding: Onboarding,
    private readonly tenants: TenantsService,
    private readonly operations: OperationsService,
  ) {}

  /**
   * Refuses what an onboarding would refuse, and starts the operation whose result is the plan. The onboarding itself is made
   * and taken back, so that a dry run can never judge otherwise.
   */
  async begin(ctx: Ctx, tx: Tx, wanted: NewTenant): Promise<Operation> {
    const { id, ...tenant } = previewedTenant.parse(stackPart(await this.#thoughtUp(ctx, tx, wanted)));
    return this.operations.start(ctx, tx, {
      kind: 'preview',
      subject: `preview:${id}`,
      tenantId: null,
      input: { tenant: jsonObject.parse({ id, ...tenant }) },
    });
  }

  async #thoughtUp(ctx: Ctx, tx: Tx, wanted: NewTenant): Promise<Tenant> {
    try {
      await tx.transaction(async (inner) => {
        await this.onboarding.begin(ctx, inner, wanted);
        throw new ThoughtUp(await this.tenants.require(inner, wanted.slug));
      });
    } catch (error) {
      if (error instanceof ThoughtUp) return error.tenant;
      throw error;
    }
    throw new Error('A dry run ended without its tenant.');
  }
}

function stackPart(tenant: Tenant): object {
  return Object.fromEntries(Object.entries(tenant).filter(([field]) => field in previewedTenant.shape));
}
