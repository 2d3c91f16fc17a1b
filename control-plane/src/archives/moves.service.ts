import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { CellsService } from '../cells/cells.service.js';
import { Outbox } from '../events/outbox.js';
import type { Operation } from '../operations/operation.js';
import { OperationsService } from '../operations/operations.service.js';
import { AppError } from '../platform/app-error.js';
import { requireMatch } from '../platform/http/etag.js';
import { newId } from '../platform/ids.js';
import type { Ctx } from '../platform/request-context.js';
import type { Tx } from '../platform/unit-of-work.js';
import { tenantTag } from '../tenants/tenant-view.js';
import { TenantsService, type Tenant } from '../tenants/tenants.service.js';
import { safeguardKeepDays } from './archive.schema.js';
import { ArchivesRepository } from './archives.repository.js';

/** Asks for a tenant to be moved; the work is done by an operation (`provisioning/move-tenant.saga.ts`). */
@Injectable()
export class MovesService {
  readonly #archives = new ArchivesRepository();

  constructor(
    private readonly tenants: TenantsService,
    private readonly cells: CellsService,
    private readonly operations: OperationsService,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Claims a place in the other cell and begins.
   * @throws AppError `unknown_cell`, `cell_full`, `cell_not_ready`, `already_there`, `rows_held`, `wrong_state`, `operation_in_progress`
   */
  async move(
    ctx: Ctx,
    tx: Tx,
    idOrSlug: string,
    { cell: to, ifMatch }: { cell: string; ifMatch: string },
  ): Promise<Operation> {
    const tenant = await this.tenants.requireLocked(tx, idOrSlug);
    requireMatch(ifMatch, tenantTag(tenant));
    const archiveId = newId('arc');
    const operation = await this.operations.start(ctx, tx, {
      kind: 'tenant.move',
      subject: tenant.id,
      tenantId: tenant.id,
      input: { tenantId: tenant.id, from: tenant.cell, to, archiveId },
      onFailure: 'rollback',
    });
    this.tenants.requireAllowed(tenant, 'move');
    if (to === tenant.cell) throw alreadyThere(tenant);
    if (await this.tenants.isHeld(tx, tenant.id)) throw rowsHeld(tenant);
    await this.cells.place(tx, to);
    await this.tenants.headFor(tx, tenant.id, to);
    await this.#archives.insert(tx, {
      id: archiveId,
      tenantId: tenant.id,
      purpose: 'safeguard',
      cause: 'move',
      operationId: operation.id,
      cell: to,
      keepDays: safeguardKeepDays,
    });
    await this.#tell(ctx, tx, tenant, to, operation);
    await this.cells.claimPlace(tx, to, to);
    return operation;
  }

  async #tell(
    ctx: Ctx,
    tx: Tx,
    { id, slug, cell: from }: Tenant,
    to: string,
    operation: Operation,
  ): Promise<void> {
    await this.audit.record(ctx, tx, {
      action: 'tenant.move',
      subject: id,
      tenantId: id,
      before: { cell: from },
      after: { cell: to },
      detail: { operationId: operation.id },
    });
    const data = { slug, from, to };
    await this.outbox.add(tx, { type: 'tenant.moving', tenantId: id, operationId: operation.id, data });
  }
}

function alreadyThere({ slug, cell }: Tenant): AppError {
  const message = `The tenant "${slug}" is in the cell ${cell} already.`;
  return new AppError('not_allowed', 'already_there', {
    publicMessage: message,
    errors: [{ pointer: '/cell', message }],
  });
}

function rowsHeld({ id, slug }: Tenant): AppError {
  return new AppError('conflict', 'rows_held', {
    publicMessage: `The tenant "${slug}" cannot be moved: a restore of its rows did not come to its end. Resume that operation first.`,
    resource: id,
  });
}
