import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import type { Operation } from '../operations/operation.js';
import { OperationsService } from '../operations/operations.service.js';
import { AppError } from '../platform/app-error.js';
import { newId } from '../platform/ids.js';
import type { JsonObject } from '../platform/json.js';
import type { Ctx } from '../platform/request-context.js';
import type { Page } from '../platform/lists/page.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import type { CellView, NewCell } from './cell.schema.js';
import { CellsRepository, type Cell } from './cells.repository.js';
import { choosePlace, placeLost } from './placement.js';

export type { Cell };

/** Where clients live: a region's cluster, its Bigtable instance and its edge. */
@Injectable()
export class CellsService {
  readonly #repository = new CellsRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    private readonly operations: OperationsService,
  ) {}

  async list(ctx: Ctx, request: ListRequest): Promise<Page<CellView>> {
    return mapPage(await this.uow.run(ctx, (tx) => this.#repository.page(tx, request)), withoutOutputs);
  }

  async get(ctx: Ctx, name: string): Promise<CellView> {
    return withoutOutputs(await this.uow.run(ctx, (tx) => this.require(tx, name)));
  }

  /** @throws AppError `cell_not_found` */
  async require(tx: Tx, name: string): Promise<Cell> {
    const cell = await this.#repository.find(tx, name);
    if (cell) return cell;
    throw new AppError('not_found', 'cell_not_found', { publicMessage: `There is no cell ${name}.` });
  }

  /** Writes the cell and begins to prepare what its tenants share. */
  async add(ctx: Ctx, tx: Tx, cell: NewCell): Promise<Operation> {
    if (cell.target !== 'twin') throw notConnected(cell.target);
    const other = (await this.#repository.domains(tx)).find((known) => known !== cell.domain);
    if (other !== undefined) throw secondDomain(other);
    if (!(await this.#repository.insert(tx, newId('cel'), cell))) {
      throw new AppError('conflict', 'cell_exists', {
        publicMessage: `There is a cell ${cell.name} already.`,
        resource: cell.name,
      });
    }
    await this.audit.record(ctx, tx, { action: 'cell.create', subject: cell.name });
    return this.apply(ctx, tx, cell.name);
  }

  /** Starts the operation that makes what the cell's tenants share. */
  async apply(ctx: Ctx, tx: Tx, name: string): Promise<Operation> {
    return this.operations.start(ctx, tx, {
      kind: 'cell.apply',
      subject: `cell:${name}`,
      tenantId: null,
      input: { cell: name },
    });
  }

  /** The same on request, written down in the audit. @throws AppError `cell_not_found`, `operation_in_progress` */
  async applyAgain(ctx: Ctx, tx: Tx, name: string): Promise<Operation> {
    await this.require(tx, name);
    const operation = await this.apply(ctx, tx, name);
    const detail = { operationId: operation.id };
    await this.audit.record(ctx, tx, { action: 'cell.apply', subject: name, detail });
    return operation;
  }

  /** The cell for a new tenant: the named one, or the emptiest that is ready. */
  async place(tx: Tx, name: string | undefined): Promise<Cell> {
    const chosen = choosePlace(await this.#repository.candidates(tx, name), name);
    if (chosen instanceof AppError) throw chosen;
    return chosen;
  }

  /**
   * Makes sure of the place of a tenant that this transaction has written. Whoever comes next for this cell waits until the
   * transaction ends, so this is its last statement but the commit.
   * @param wanted the name that the caller gave
   * @throws AppError `cell_full`, or `place_lost` where another cell may have room
   */
  async claimPlace(tx: Tx, cell: string, wanted: string | undefined): Promise<void> {
    if (!(await this.#repository.holds(tx, cell))) throw placeLost(cell, wanted);
  }

  /** The domains under which the platform itself gives names. */
  async domains(tx: Tx): Promise<string[]> {
    return this.#repository.domains(tx);
  }

  /** Whether the proof of a domain's control in DNS is this cell's: that of the domain's first cell serves the others. */
  async provesDomain(tx: Tx, name: string): Promise<boolean> {
    return (await this.#repository.firstOfDomain(tx, name)) === name;
  }

  /** The cells whose ground is laid. */
  async readyNames(tx: Tx): Promise<string[]> {
    return this.#repository.readyNames(tx);
  }

  /** The bucket of a cell's objects. @throws AppError `cell_not_ready` before the cell's stack has made it */
  async bucket(tx: Tx, cell: string): Promise<string> {
    const { bucket } = (await this.require(tx, cell)).outputs;
    if (typeof bucket === 'string') return bucket;
    throw new AppError('unavailable', 'cell_not_ready', {
      publicMessage: `The cell ${cell} has no bucket yet.`,
      retryable: true,
      retryAfterSeconds: 5,
    });
  }

  async setState(tx: Tx, name: string, state: CellView['state'], outputs?: JsonObject): Promise<void> {
    await this.#repository.setState(tx, name, state, outputs);
  }
}

function notConnected(target: string): AppError {
  return new AppError('not_allowed', 'target_not_connected', {
    publicMessage: `This installation has no connection to a target of kind ${target}; it has the twin alone.`,
    errors: [{ pointer: '/target', message: 'must be twin' }],
  });
}

/** The platform has one DNS zone, which its stack would otherwise replace, with every name in it. */
function secondDomain(known: string): AppError {
  return new AppError('not_allowed', 'second_domain', {
    publicMessage: `The platform's zone is ${known}; this version has one zone.`,
    errors: [{ pointer: '/domain', message: `must be ${known}` }],
  });
}

function withoutOutputs(cell: Cell): CellView {
  const { id, name, environment, region, target, domain, capacity, tenants, state, createdAt, updatedAt } =
    cell;
  return { id, name, environment, region, target, domain, capacity, tenants, state, createdAt, updatedAt };
}
