import { describe, expect, test } from 'vitest';
import { AppError } from '../platform/app-error.js';
import type { CellView } from './cell.schema.js';
import { choosePlace, placeLost } from './placement.js';

const cell = (
  name: string,
  tenants: number,
  capacity: number,
  state: CellView['state'] = 'ready',
): CellView => ({
  id: `cel_${name}`,
  name,
  environment: 'development',
  region: 'local',
  target: 'twin',
  domain: 'localhost',
  capacity,
  tenants,
  state,
  createdAt: '',
  updatedAt: '',
});

describe('the place of a new tenant', () => {
  test('is the cell with the smallest share taken, not with the fewest tenants', () => {
    expect(choosePlace([cell('small', 5, 10), cell('large', 100, 1000)], undefined)).toMatchObject({
      name: 'large',
    });
  });

  test.each([
    ['the named cell does not exist', [], 'mars', 'unknown_cell'],
    ['the named cell is full', [cell('local', 10, 10)], 'local', 'cell_full'],
    ['every cell is full', [cell('a', 1, 1), cell('b', 2, 2)], undefined, 'cell_full'],
    ['the named cell is being prepared', [cell('local', 0, 10, 'preparing')], 'local', 'cell_not_ready'],
    ['there is no cell yet', [], undefined, 'cell_not_ready'],
  ])('none when %s', (_title, candidates, wanted, code) => {
    const chosen = choosePlace(candidates, wanted);
    expect(chosen).toBeInstanceOf(AppError);
    expect(chosen).toMatchObject({ code });
  });

  test.each([
    ['the caller named it', 'local', { kind: 'not_allowed', code: 'cell_full' }],
    ['another may have room', undefined, { kind: 'unavailable', code: 'place_lost', retryable: true }],
  ])('is lost to another client: %s', (_title, wanted, error) => {
    expect(placeLost('local', wanted)).toMatchObject(error);
  });
});
