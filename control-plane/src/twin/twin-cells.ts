import { Injectable } from '@nestjs/common';
import type { TwinTarget } from '@leasehold/twin/target';
import { CellsService } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { TwinTargets } from '../targets/twin-target.js';

/** The local clouds by the cell that runs on them. */
@Injectable()
export class TwinCells {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly cells: CellsService,
    private readonly targets: TwinTargets,
  ) {}

  /** @throws AppError `cell_not_found`, or `cell_has_no_twin` for a cell of another target */
  async of(ctx: Ctx, cell: string): Promise<TwinTarget> {
    return this.uow.run(ctx, (tx) => this.within(tx, cell));
  }

  /** As {@link of}, inside a transaction that is open already. */
  async within(tx: Tx, cell: string): Promise<TwinTarget> {
    if ((await this.cells.require(tx, cell)).target === 'twin') return this.targets.twin(cell);
    throw new AppError('not_found', 'cell_has_no_twin', {
      publicMessage: `The cell ${cell} does not run on the twin.`,
    });
  }
}
