import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { BrandingService } from '../branding/branding.service.js';
import { CatalogService, type Release } from '../catalog/catalog.service.js';
import type { PlanView } from '../catalog/plan.schema.js';
import { CellsService } from '../cells/cells.service.js';
import { Outbox } from '../events/outbox.js';
import type { Operation } from '../operations/operation.js';
import { OperationsService } from '../operations/operations.service.js';
import { AppError } from '../platform/app-error.js';
import { requireMatch } from '../platform/http/etag.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { platformHostname } from './hostname.js';
import {
  checkedParameters,
  checkedSecrets,
  refused,
  refusePlatformNames,
  requireHostnameRoom,
  requireOffer,
  taken,
  unknownPlan,
} from './spec-checks.js';
import { changedNames, runningSpec, specAfter } from './tenant-spec.js';
import { tenantTag } from './tenant-view.js';
import type { TenantPatch } from './tenant.schema.js';
import { TenantsRepository, type ChangedSpec, type Tenant } from './tenants.repository.js';
import { TenantsService } from './tenants.service.js';

/**
 * Changes a tenant's spec. What its stack follows from starts an operation that brings the cloud there, with what runs now as
 * the way back; the rest is done with the request itself.
 */
@Injectable()
export class TenantChanges {
  readonly #repository = new TenantsRepository();

  constructor(
    private readonly tenants: TenantsService,
    private readonly catalog: CatalogService,
    private readonly cells: CellsService,
    private readonly branding: BrandingService,
    private readonly operations: OperationsService,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
  ) {}

  /** A patch without a change is one more try for a spec that does not run yet. */
  async patch(ctx: Ctx, tx: Tx, idOrSlug: string, patch: TenantPatch, ifMatch: string): Promise<Operation> {
    const tenant = await this.tenants.requireLocked(tx, idOrSlug);
    requireMatch(ifMatch, tenantTag(tenant));
    const release = await this.#release(tx, tenant, patch.release);
    const after = specAfter(tenant, patch, release);
    const retries = tenant.lastGood !== null && Object.keys(patch).length === 0;
    return retries || changedNames(tenant, after).length > 0
      ? this.#bringAbout(ctx, tx, tenant, after, release)
      : this.#doAtOnce(ctx, tx, tenant, after);
  }

  async #bringAbout(
    ctx: Ctx,
    tx: Tx,
    tenant: Tenant,
    wanted: ChangedSpec,
    release: Release,
  ): Promise<Operation> {
    const operation = await this.operations.start(ctx, tx, {
      kind: 'tenant.update',
      subject: tenant.id,
      tenantId: tenant.id,
      input: { tenantId: tenant.id },
      onFailure: 'rollback',
    });
    this.tenants.requireAllowed(tenant, 'update');
    const plan = await this.#plan(tx, wanted.plan);
    requireOffer(release, plan);
    if (plan.name !== tenant.plan) refuseUnapproved(ctx, plan);
    const custom = await this.#changeHostnames(tx, tenant, wanted, plan);
    const own = platformHostname(tenant.slug, tenant.cellDomain);
    const after: ChangedSpec = {
      ...wanted,
      hostnames: [own, ...custom],
      parameters: checkedParameters(release, wanted.parameters),
      secretRefs: checkedSecrets(release, tenant.slug, wanted.secretRefs),
      lastGood: tenant.lastGood ?? runningSpec(tenant),
    };
    await this.#write(ctx, tx, tenant, after, operation);
    return operation;
  }

  async #doAtOnce(ctx: Ctx, tx: Tx, tenant: Tenant, after: ChangedSpec): Promise<Operation> {
    this.tenants.requireAllowed(tenant, 'edit');
    const operation = await this.operations.startDone(ctx, tx, {
      kind: 'tenant.update',
      subject: tenant.id,
      tenantId: tenant.id,
      input: { tenantId: tenant.id },
    });
    await this.#write(ctx, tx, tenant, after, operation);
    return operation;
  }

  async #write(ctx: Ctx, tx: Tx, tenant: Tenant, after: ChangedSpec, operation: Operation): Promise<void> {
    await this.#repository.setSpec(tx, tenant.id, after);
    const changed = changedNames(tenant, after);
    if (after.displayName !== tenant.displayName) {
      const names = { from: tenant.displayName, to: after.displayName };
      await this.branding.rename(ctx, tx, tenant.id, names);
    }
    await this.audit.record(ctx, tx, {
      action: 'tenant.update',
      subject: tenant.id,
      tenantId: tenant.id,
      before: shown({ ...tenant, expiresAt: tenant.expiresAt?.toISOString() ?? null }),
      after: shown(after),
      detail: { operationId: operation.id },
    });
    await this.outbox.add(tx, {
      type: 'tenant.updated',
      tenantId: tenant.id,
      operationId: operation.id,
      data: { slug: tenant.slug, changed },
    });
  }

  async #release(tx: Tx, tenant: Tenant, version: string | undefined): Promise<Release> {
    if (version === undefined) return this.catalog.releaseById(tx, tenant.releaseId);
    const release = await this.catalog.releaseFor(tx, tenant.template, version);
    if (release) return release;
    throw refused(
      'unknown_release',
      '/release',
      `The template "${tenant.template}" has no release "${version}".`,
    );
  }

  async #plan(tx: Tx, name: string): Promise<PlanView> {
    const plan = await this.catalog.plan(tx, name);
    if (plan) return plan;
    throw refused('unknown_plan', '/plan', unknownPlan(name));
  }

  async #changeHostnames(
    tx: Tx,
    tenant: Tenant,
    { hostnames }: ChangedSpec,
    plan: PlanView,
  ): Promise<string[]> {
    const own = platformHostname(tenant.slug, tenant.cellDomain);
    const custom = [...new Set(hostnames)].filter((name) => name !== own);
    requireHostnameRoom(plan, custom);
    refusePlatformNames(hostnames, own, await this.cells.domains(tx));
    const ours = new Set(await this.#repository.changeHostnames(tx, tenant.id, own, custom));
    const lost = custom.find((name) => !ours.has(name));
    if (lost === undefined) return custom;
    throw taken(
      'hostname_taken',
      `/hostnames/${hostnames.indexOf(lost)}`,
      `The hostname ${lost} belongs to another tenant.`,
      lost,
    );
  }
}

/** A change of plan does not go past the approval that a new tenant in that plan would need. */
function refuseUnapproved(ctx: Ctx, { name, approval }: PlanView): void {
  if (!approval || ctx.actor.role === 'admin') return;
  throw new AppError('forbidden', 'approval_needed', {
    publicMessage: `The plan "${name}" asks for an approval; only an admin can put a tenant into it.`,
    errors: [{ pointer: '/plan', message: 'needs an admin' }],
  });
}

function shown(spec: Omit<ChangedSpec, 'lastGood'>): object {
  const { displayName, release, plan, hostnames, parameters, secretRefs } = spec;
  const { labels, contact, deletionProtection, expiresAt } = spec;
  return {
    displayName,
    release,
    plan,
    hostnames,
    parameters,
    secretRefs,
    labels,
    contact,
    deletionProtection,
    expiresAt,
  };
}
