import type { Cell } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';

/** What the stacks need to know of the cloud below a cell. */
export interface CellGround {
  readonly gcpProject: string;
  readonly gcpProjectNumber: string;
  /** The cell's Bigtable instance. */
  readonly bigtableInstance: string;
  /** Addresses of the cell's edge, which its tenants' names point at. */
  readonly edgeAddresses: readonly string[];
}

/** The twin's project exists in it alone; its edge listens on the machine itself. */
const twin: CellGround = {
  gcpProject: 'leasehold-twin',
  gcpProjectNumber: '100000000001',
  // As the data gateway names it.
  bigtableInstance: 'local',
  edgeAddresses: ['127.0.0.1'],
};

/** @throws AppError `target_not_supported` for targets that this version cannot provision. */
export function cellGround(cell: Pick<Cell, 'name' | 'target'>): CellGround {
  if (cell.target === 'twin') return twin;
  throw new AppError('not_allowed', 'target_not_supported', {
    publicMessage: `The cell ${cell.name} has the target "${cell.target}"; this version provisions on the twin alone.`,
    resource: cell.name,
  });
}
