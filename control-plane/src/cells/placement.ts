import { AppError } from '../platform/app-error.js';
import type { CellView } from './cell.schema.js';

/**
 * The cell for a new tenant: of the candidates that are ready and have room, the one with the smallest share taken.
 * @param wanted the name that the caller gave; the candidates are then that cell alone, or none
 * @returns an error that says why there is none
 */
export function choosePlace<C extends CellView>(
  candidates: readonly C[],
  wanted: string | undefined,
): C | AppError {
  if (wanted !== undefined && candidates.length === 0) {
    return refused('unknown_cell', `There is no cell ${wanted}; GET /v1/cells lists them.`);
  }
  const ready = candidates.filter((cell) => cell.state === 'ready');
  if (ready.length === 0) {
    return new AppError('unavailable', 'cell_not_ready', {
      publicMessage: `${wanted === undefined ? 'No cell is' : `The cell ${wanted} is not`} ready yet; try again in a moment.`,
      retryable: true,
      retryAfterSeconds: 5,
    });
  }
  const [emptiest] = ready
    .filter((cell) => cell.tenants < cell.capacity)
    .sort((a, b) => a.tenants / a.capacity - b.tenants / b.capacity);
  return emptiest ?? full(wanted);
}

/** Another tenant took the chosen cell's last place between the choice and the claim. */
export function placeLost(cell: string, wanted: string | undefined): AppError {
  if (wanted !== undefined) return full(wanted);
  return new AppError('unavailable', 'place_lost', {
    publicMessage: `Another client took the last place of the cell ${cell} a moment ago; send the request again.`,
    retryable: true,
    retryAfterSeconds: 1,
  });
}

function full(wanted: string | undefined): AppError {
  return refused('cell_full', `${wanted === undefined ? 'Every cell' : `The cell ${wanted}`} is full.`);
}

function refused(code: string, publicMessage: string): AppError {
  return new AppError('not_allowed', code, {
    publicMessage,
    errors: [{ pointer: '/cell', message: publicMessage }],
  });
}
