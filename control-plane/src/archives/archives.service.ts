import { Inject, Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { CellsService } from '../cells/cells.service.js';
import type { Operation } from '../operations/operation.js';
import { OperationsService } from '../operations/operations.service.js';
import { AppError } from '../platform/app-error.js';
import type { Page } from '../platform/lists/page.js';
import { newId } from '../platform/ids.js';
import type { ListRequest } from '../platform/lists/list.js';
import { isTenantActor, type Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { TARGETS, type Target, type Targets } from '../targets/target.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { Tenant } from '../tenants/tenants.repository.js';
import type { Archive, ArchiveCause, ArchivePurpose } from './archive.js';
import { archiveFolder } from './archive.js';
import { exportKeepDays, safeguardKeepDays } from './archive.schema.js';
import type { StoredArchive } from './archive-reader.js';
import { ArchivesRepository } from './archives.repository.js';

/** Exports that a tenant's own callers may have at a time. */
const mostOwnExports = 5;

/** Asks for copies of a tenant's rows, shows them, and removes them. */
@Injectable()
export class ArchivesService {
  readonly #repository = new ArchivesRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly tenants: TenantsService,
    private readonly cells: CellsService,
    private readonly operations: OperationsService,
    private readonly audit: AuditService,
    @Inject(TARGETS) private readonly targets: Targets,
  ) {}

  async backUp(
    ctx: Ctx,
    tx: Tx,
    idOrSlug: string,
    keepDays: number,
    cause: ArchiveCause,
  ): Promise<Operation> {
    const tenant = await this.#readable(tx, idOrSlug);
    return this.#start(ctx, tx, tenant, 'backup', keepDays, cause);
  }

  /** @throws AppError `too_many_exports`, for a tenant's own caller: each is a copy of all rows. */
  async export(ctx: Ctx, tx: Tx, idOrSlug: string): Promise<Operation> {
    const own = isTenantActor(ctx.actor);
    // A tenant's caller locks no tenant; that an operation is alone with its tenant holds for it as well.
    const tenant = own
      ? copyable(await this.tenants.require(tx, idOrSlug))
      : await this.#readable(tx, idOrSlug);
    if (own) await this.#requireRoom(tx, tenant);
    return this.#start(ctx, tx, tenant, 'export', exportKeepDays, 'request');
  }

  /**
   * Brings a suspended tenant's rows back to what a backup has of them.
   * @throws AppError `wrong_state` while its workload runs: it would write meanwhile, and hold what it has read.
   */
  async restore(ctx: Ctx, tx: Tx, idOrSlug: string, backupId: string): Promise<Operation> {
    const tenant = await this.tenants.requireLocked(tx, idOrSlug);
    const archive = await this.require(tx, tenant.id, ['backup', 'safeguard'], backupId);
    requireComplete(archive);
    if (tenant.state !== 'suspended') {
      throw new AppError('conflict', 'wrong_state', {
        publicMessage: `The rows of tenant "${tenant.slug}" cannot be restored while it is ${tenant.state}; suspend it, restore, and resume it.`,
        resource: tenant.id,
      });
    }
    await this.#refuseBesideUnfinished(tx, tenant, archive);
    const safeguardId = newId('arc');
    const operation = await this.operations.start(ctx, tx, {
      kind: 'tenant.restore_data',
      subject: tenant.id,
      tenantId: tenant.id,
      input: { tenantId: tenant.id, archiveId: archive.id, safeguardId },
    });
    await this.#repository.insert(tx, {
      id: safeguardId,
      tenantId: tenant.id,
      purpose: 'safeguard',
      cause: 'restore',
      operationId: operation.id,
      cell: tenant.cell,
      keepDays: safeguardKeepDays,
    });
    await this.#record(ctx, tx, 'backup.restore', archive, operation);
    return operation;
  }

  async list(
    ctx: Ctx,
    idOrSlug: string,
    purposes: readonly ArchivePurpose[],
    request: ListRequest,
  ): Promise<Page<Archive>> {
    return this.uow.run(ctx, async (tx) => {
      const { id } = await this.tenants.require(tx, idOrSlug);
      return this.#repository.list(tx, id, purposes, request);
    });
  }

  async get(ctx: Ctx, idOrSlug: string, purposes: readonly ArchivePurpose[], id: string): Promise<Archive> {
    return this.uow.run(ctx, async (tx) => {
      const tenant = await this.tenants.require(tx, idOrSlug);
      return this.require(tx, tenant.id, purposes, id);
    });
  }

  /** @throws AppError not_found */
  async require(tx: Tx, tenantId: string, purposes: readonly ArchivePurpose[], id: string): Promise<Archive> {
    const found = await this.#repository.find(tx, tenantId, id);
    if (found && purposes.includes(found.purpose)) return found;
    const what = purposes.includes('export') ? 'export' : 'backup';
    throw new AppError('not_found', `${what}_not_found`, {
      publicMessage: `The tenant has no ${what} ${id}.`,
    });
  }

  /** A complete archive with its objects, and the target that has them. */
  async stored(
    ctx: Ctx,
    idOrSlug: string,
    purposes: readonly ArchivePurpose[],
    id: string,
  ): Promise<{ archive: Archive; stored: StoredArchive; target: Target }> {
    return this.uow.run(ctx, async (tx) => {
      const tenant = await this.tenants.require(tx, idOrSlug);
      const archive = await this.require(tx, tenant.id, purposes, id);
      requireComplete(archive);
      return { archive, ...(await this.#place(tx, archive)) };
    });
  }

  /** Takes an archive from its callers; its objects go with the keeper's next round. */
  async remove(
    ctx: Ctx,
    tx: Tx,
    idOrSlug: string,
    purposes: readonly ArchivePurpose[],
    id: string,
  ): Promise<void> {
    const tenant = await this.tenants.require(tx, idOrSlug);
    const archive = await this.require(tx, tenant.id, purposes, id);
    if (archive.state === 'writing') throw stillWritten(archive);
    await this.#repository.remove(tx, archive.id);
    await this.#record(ctx, tx, `${archive.purpose}.remove`, archive);
  }

  /** Deletes what is left of an archive: its objects first, so that none is ever without a row that names it. */
  async clear(ctx: Ctx, { id, tenantId, cell }: Pick<Archive, 'id' | 'tenantId' | 'cell'>): Promise<void> {
    const bucket = await this.uow.run(ctx, (tx) => this.cells.bucket(tx, cell));
    await this.targets.of(cell).deleteObjects(bucket, archiveFolder(tenantId, id));
    await this.uow.run(ctx, (tx) => this.#repository.forget(tx, id));
  }

  /**
   * After a restore that stopped, the rows may be half of what they were, and what a template counts with may be in that restore's
   * safeguard alone: another restore would take the half for the present.
   */
  async #refuseBesideUnfinished(tx: Tx, tenant: Tenant, archive: Archive): Promise<void> {
    if (!(await this.tenants.isHeld(tx, tenant.id))) return;
    const newest = await this.#repository.newestSafeguard(tx, tenant.id);
    if (newest?.state !== 'complete' || newest.id === archive.id) return;
    throw new AppError('conflict', 'restore_unfinished', {
      publicMessage: `A restore of tenant "${tenant.slug}" did not come to its end: resume operation ${newest.operationId}, or restore its safeguard ${newest.id}.`,
      resource: newest.operationId,
    });
  }

  async #place(tx: Tx, archive: Archive): Promise<{ stored: StoredArchive; target: Target }> {
    const bucket = await this.cells.bucket(tx, archive.cell);
    const objects = await this.#repository.objects(tx, archive.id);
    const { id, tenantId } = archive;
    return { stored: { id, tenantId, bucket, objects }, target: this.targets.of(archive.cell) };
  }

  async #start(
    ctx: Ctx,
    tx: Tx,
    tenant: Tenant,
    purpose: 'backup' | 'export',
    keepDays: number,
    cause: ArchiveCause,
  ): Promise<Operation> {
    const id = newId('arc');
    const operation = await this.operations.start(ctx, tx, {
      kind: `tenant.${purpose}`,
      subject: tenant.id,
      tenantId: tenant.id,
      input: { tenantId: tenant.id, archiveId: id },
    });
    const facts = { id, tenantId: tenant.id, purpose, cause, operationId: operation.id, keepDays };
    await this.#repository.insert(tx, { ...facts, cell: tenant.cell });
    await this.#record(ctx, tx, `${purpose}.create`, { id, tenantId: tenant.id }, operation);
    return operation;
  }

  async #record(
    ctx: Ctx,
    tx: Tx,
    action: string,
    { id, tenantId }: Pick<Archive, 'id' | 'tenantId'>,
    operation?: Operation,
  ): Promise<void> {
    const detail = { ...(operation && { operationId: operation.id }) };
    await this.audit.record(ctx, tx, { action, subject: id, tenantId, detail });
  }

  async #readable(tx: Tx, idOrSlug: string): Promise<Tenant> {
    return copyable(await this.tenants.requireLocked(tx, idOrSlug));
  }

  async #requireRoom(tx: Tx, tenant: Tenant): Promise<void> {
    if ((await this.#repository.count(tx, tenant.id, 'export')) < mostOwnExports) return;
    throw new AppError('conflict', 'too_many_exports', {
      publicMessage: `There are ${mostOwnExports} exports already; remove one before another is started.`,
      resource: tenant.id,
    });
  }
}

/** @throws AppError `wrong_state` */
function copyable(tenant: Tenant): Tenant {
  if (tenant.state === 'active' || tenant.state === 'suspended') return tenant;
  throw new AppError('conflict', 'wrong_state', {
    publicMessage: `The rows of tenant "${tenant.slug}" cannot be copied while it is ${tenant.state}; that is possible while it is active or suspended.`,
    resource: tenant.id,
  });
}

function requireComplete(archive: Archive): void {
  if (archive.state === 'complete') return;
  if (archive.state === 'writing') throw stillWritten(archive);
  throw new AppError('conflict', 'archive_failed', {
    publicMessage: `${archive.id} was not written to its end; resume operation ${archive.operationId}, or take another.`,
    resource: archive.id,
  });
}

function stillWritten({ id, operationId }: Archive): AppError {
  return new AppError('conflict', 'archive_incomplete', {
    publicMessage: `${id} is still being written; wait for operation ${operationId}.`,
    resource: id,
    retryable: true,
  });
}
