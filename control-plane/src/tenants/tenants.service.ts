import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { Outbox } from '../events/outbox.js';
import type { Operation, OperationKind } from '../operations/operation.js';
import { OperationsService } from '../operations/operations.service.js';
import { AppError } from '../platform/app-error.js';
import { requireMatch } from '../platform/http/etag.js';
import type { Page } from '../platform/lists/page.js';
import { isId } from '../platform/ids.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import type { Ctx } from '../platform/request-context.js';
import { SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { twinPorts } from '../targets/twin-ports.js';
import { isSlug } from './slug.js';
import {
  actionRefusal,
  nextTenantState,
  type TenantAction,
  type TenantEvent,
  type TenantState,
} from './tenant-states.js';
import { showTenant, tenantTag } from './tenant-view.js';
import type { Condition, TenantView } from './tenant.schema.js';
import { TenantsRepository, type Tenant } from './tenants.repository.js';

export type { Tenant };

/** The clients: looking them up, and what changes their life. */
@Injectable()
export class TenantsService {
  readonly #repository = new TenantsRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly operations: OperationsService,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  async list(ctx: Ctx, request: ListRequest): Promise<Page<TenantView>> {
    const found = await this.uow.run(ctx, (tx) => this.#repository.page(tx, request));
    return mapPage(found, (tenant) => this.#show(tenant));
  }

  async get(ctx: Ctx, idOrSlug: string): Promise<{ view: TenantView; etag: string }> {
    const tenant = await this.uow.run(ctx, (tx) => this.require(tx, idOrSlug));
    return { view: this.#show(tenant), etag: tenantTag(tenant) };
  }

  /** By id, tombstones included, or by slug. @throws AppError `tenant_not_found`, also for what the caller may not see */
  async require(tx: Tx, idOrSlug: string): Promise<Tenant> {
    const tenant = isId('ten', idOrSlug)
      ? await this.#repository.find(tx, idOrSlug)
      : isSlug(idOrSlug)
        ? await this.#repository.findBySlug(tx, idOrSlug)
        : undefined;
    if (tenant) return tenant;
    throw new AppError('not_found', 'tenant_not_found', {
      publicMessage: `There is no tenant "${idOrSlug}".`,
    });
  }

  /** The tenant that has a slug now; undefined when nobody has it, or nobody whom the caller may see. */
  async findBySlug(tx: Tx, slug: string): Promise<Tenant | undefined> {
    return this.#repository.findBySlug(tx, slug);
  }

  /** The same without tombstones and what is being erased: for changes. @throws AppError `wrong_state` */
  async requireLiving(tx: Tx, idOrSlug: string): Promise<Tenant> {
    const tenant = await this.require(tx, idOrSlug);
    if (tenant.state !== 'erasing' && tenant.state !== 'deleted') return tenant;
    throw wrongState(`A tenant that is ${tenant.state} cannot be changed.`, tenant.id);
  }

  /** Takes the tenant's page away and keeps its data, or (`purge`) erases everything. */
  async remove(
    ctx: Ctx,
    tx: Tx,
    idOrSlug: string,
    { purge, ifMatch }: { purge: boolean; ifMatch: string },
  ): Promise<Operation> {
    const tenant = await this.requireLocked(tx, idOrSlug);
    requireMatch(ifMatch, tenantTag(tenant));
    refuseProtected(tenant);
    return this.#startWith(
      ctx,
      tx,
      tenant,
      purge ? 'tenant.purge' : 'tenant.delete',
      purge ? 'purge' : 'delete',
      purge ? 'purge' : 'delete',
    );
  }

  /** Looks at what is there and applies the tenant's stack again, so that drift is mended. */
  async reconcile(ctx: Ctx, tx: Tx, idOrSlug: string): Promise<Operation> {
    const tenant = await this.requireLocked(tx, idOrSlug);
    return this.#startWith(ctx, tx, tenant, 'tenant.reconcile', 'reconcile');
  }

  /** Takes the workload to zero and leaves a page that says so under the tenant's names; its data stays. */
  async suspend(ctx: Ctx, tx: Tx, idOrSlug: string): Promise<Operation> {
    const tenant = await this.requireLocked(tx, idOrSlug);
    return this.#startWith(ctx, tx, tenant, 'tenant.suspend', 'suspend');
  }

  /** Brings a suspended tenant's workload back. */
  async resume(ctx: Ctx, tx: Tx, idOrSlug: string): Promise<Operation> {
    const tenant = await this.requireLocked(tx, idOrSlug);
    if (await this.#repository.isExpired(tx, tenant.id)) throw expired(tenant);
    if (await this.#repository.isHeld(tx, tenant.id)) throw rowsHeld(tenant);
    return this.#startWith(ctx, tx, tenant, 'tenant.resume', 'resume');
  }

  /** Lets a requested tenant be made. */
  async approve(ctx: Ctx, tx: Tx, idOrSlug: string): Promise<Operation> {
    const operation = await this.#waiting(tx, idOrSlug, 'approve');
    const approved = await this.operations.approve(ctx, tx, operation.id);
    await this.#auditDecision(ctx, tx, 'tenant.approve', operation);
    return approved;
  }

  /** Ends a request for a tenant; its names are free again. */
  async reject(ctx: Ctx, tx: Tx, idOrSlug: string, reason: string | undefined): Promise<Operation> {
    const operation = await this.#waiting(tx, idOrSlug, 'reject');
    const rejected = await this.operations.reject(ctx, tx, operation.id, reason);
    await this.#auditDecision(ctx, tx, 'tenant.reject', operation);
    return rejected;
  }

  /** Brings a tenant that waits for its deletion back. */
  async restore(ctx: Ctx, tx: Tx, idOrSlug: string): Promise<Operation> {
    const tenant = await this.requireLocked(tx, idOrSlug);
    return this.#startWith(ctx, tx, tenant, 'tenant.restore', 'restore');
  }

  /**
   * Moves a tenant on, as the table of tenant-states.ts allows, and tells of it. Repeating an event changes nothing.
   * @throws AppError `wrong_state` when the state does not allow the event
   */
  async transition(ctx: Ctx, tx: Tx, tenantId: string, event: TenantEvent): Promise<TenantState> {
    const tenant = await this.requireLocked(tx, tenantId);
    const next = nextTenantState(tenant.state, event);
    if (!next.ok) throw wrongState(next.reason, tenant.id);
    if (next.to === tenant.state) return next.to;
    await this.#repository.setState(tx, tenantId, next.to);
    await this.outbox.add(tx, {
      type: 'tenant.state',
      tenantId,
      data: { slug: tenant.slug, from: tenant.state, to: next.to },
    });
    ctx.log.info({ tenantId, from: tenant.state, to: next.to }, 'tenant changed its state');
    return next.to;
  }

  /** Says how the tenant is in one respect (`Ready`, `Degraded`, …), and tells of it when that is new. */
  async setCondition(tx: Tx, tenantId: string, condition: Omit<Condition, 'since'>): Promise<void> {
    const { slug, conditions } = await this.require(tx, tenantId);
    const { type, status, reason } = condition;
    const before = conditions.find((known) => known.type === type);
    await this.#repository.setCondition(tx, tenantId, condition);
    if (before?.status === status && before.reason === reason) return;
    await this.outbox.add(tx, { type: 'tenant.condition', tenantId, data: { slug, ...condition } });
  }

  /** The spec of the tenant runs: there is no way back from it any more, and the names that left it are free. */
  async settle(tx: Tx, tenantId: string): Promise<void> {
    await this.#repository.settle(tx, tenantId);
  }

  /** Gives hostnames back and takes the row-key prefix out of use; the slug goes with the state `deleted`. */
  async release(tx: Tx, tenantId: string, prefix: 'revoked' | 'erased'): Promise<void> {
    await this.#repository.freeHostnames(tx, tenantId);
    await this.#repository.endPrefix(tx, tenantId, prefix);
  }

  /** Keeps the tenant's pods from its rows while they are replaced, or lets them back; repeating it changes nothing. */
  async hold(tx: Tx, tenantId: string, held: boolean): Promise<void> {
    await this.#repository.holdPrefix(tx, tenantId, held);
  }

  /** The tenant lives in another cell from here on: its place there is taken, the old one free, its prefix live there alone. */
  async settleIn(tx: Tx, tenantId: string, cell: string): Promise<void> {
    const { slug, cell: from } = await this.require(tx, tenantId);
    await this.#repository.settleIn(tx, tenantId, cell);
    await this.outbox.add(tx, { type: 'tenant.moved', tenantId, data: { slug, from, to: cell } });
  }

  /** Keeps a place for the tenant in another cell while it is on its way. */
  async headFor(tx: Tx, tenantId: string, cell: string): Promise<void> {
    await this.#repository.setMovingTo(tx, tenantId, cell);
  }

  /** Gives the place back that a tenant had claimed in another cell. */
  async stayHere(tx: Tx, tenantId: string): Promise<void> {
    await this.#repository.setMovingTo(tx, tenantId, null);
  }

  /** Whether a restore of its rows has begun and not come to its end. */
  async isHeld(tx: Tx, tenantId: string): Promise<boolean> {
    return this.#repository.isHeld(tx, tenantId);
  }

  /** Leaves of an erased tenant what its tombstone needs, and nothing of its people or its configuration. */
  async wipe(tx: Tx, tenantId: string): Promise<void> {
    await this.#repository.wipe(tx, tenantId);
  }

  /** Whether there was ever a tenant in this database. */
  async anyEver(ctx: Ctx): Promise<boolean> {
    return this.uow.run(ctx, (tx) => this.#repository.anyEver(tx));
  }

  async #startWith(
    ctx: Ctx,
    tx: Tx,
    tenant: Tenant,
    kind: OperationKind,
    action: TenantAction,
    event?: TenantEvent,
  ): Promise<Operation> {
    // An operation that has not ended is the better answer than the state it has brought about.
    const operation = await this.operations.start(ctx, tx, {
      kind,
      subject: tenant.id,
      tenantId: tenant.id,
      input: { tenantId: tenant.id },
    });
    this.requireAllowed(tenant, action);
    if (event) await this.transition(ctx, tx, tenant.id, event);
    await this.audit.record(ctx, tx, {
      action: kind,
      subject: tenant.id,
      tenantId: tenant.id,
      detail: { operationId: operation.id },
    });
    return operation;
  }

  async #waiting(
    tx: Tx,
    idOrSlug: string,
    action: 'approve' | 'reject',
  ): Promise<{ id: string; tenantId: string }> {
    const tenant = await this.requireLocked(tx, idOrSlug);
    this.requireAllowed(tenant, action);
    const id = await this.operations.waitingFor(tx, tenant.id);
    if (id !== undefined) return { id, tenantId: tenant.id };
    throw wrongState(`No operation of ${tenant.slug} waits for an approval.`, tenant.id);
  }

  async #auditDecision(
    ctx: Ctx,
    tx: Tx,
    action: string,
    { id, tenantId }: { id: string; tenantId: string },
  ): Promise<void> {
    await this.audit.record(ctx, tx, { action, subject: tenantId, tenantId, detail: { operationId: id } });
  }

  /** @throws AppError `wrong_state` that says what can be done instead */
  requireAllowed(tenant: Pick<Tenant, 'id' | 'state'>, action: TenantAction): void {
    const refusal = actionRefusal(tenant.state, action);
    if (refusal !== undefined) throw wrongState(refusal, tenant.id);
  }

  /** The tenant as it is now, kept from other changes until the end of the transaction. */
  async requireLocked(tx: Tx, idOrSlug: string): Promise<Tenant> {
    const { id } = await this.require(tx, idOrSlug);
    await this.#repository.lock(tx, id);
    return this.require(tx, id);
  }

  #show(tenant: Tenant): TenantView {
    return showTenant(tenant, twinPorts(this.settings, tenant.cell).edgePort);
  }
}

function refuseProtected({ id, slug, deletionProtection }: Tenant): void {
  if (!deletionProtection) return;
  throw new AppError('conflict', 'deletion_protected', {
    publicMessage: `${slug} is protected against deletion; PATCH /v1/tenants/${slug} with {"deletionProtection": false} first.`,
    resource: id,
  });
}

function rowsHeld({ id, slug }: Tenant): AppError {
  return new AppError('conflict', 'rows_held', {
    publicMessage: `The tenant "${slug}" cannot be resumed: a restore of its rows did not come to its end. Resume that operation first.`,
    resource: id,
  });
}

function expired({ id, slug }: Tenant): AppError {
  return new AppError('conflict', 'tenant_expired', {
    publicMessage: `The last day of ${slug} has passed; PATCH /v1/tenants/${slug} with a later expiresAt, or null, first.`,
    resource: id,
  });
}

function wrongState(sentence: string, resource: string): AppError {
  return new AppError('conflict', 'wrong_state', { publicMessage: sentence, resource });
}
