import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countEntries, firstKey } from '../wire/logged-entries.js';
import type { ScannedCell } from '../wire/row-chunks.js';
import type { Backfill } from './migration.js';
import { rowChange } from './row-change.js';

const key = Buffer.from('0123456789#k');
const cell = (column: string, micros: number, value = 'v'): ScannedCell => {
  const [family = '', qualifier = ''] = column.split(':');
  return {
    key,
    family,
    qualifier: Buffer.from(qualifier),
    timestampMicros: BigInt(micros),
    value: Buffer.from(value),
  };
};
const copy: Backfill = { function: 'copyColumn', table: 't', from: 'a:x', to: 'b:y' };

describe('what a backfill changes in a row', () => {
  test('a copy is made unless what is there is as new', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (source, target) => {
        const change = rowChange(copy, [cell('a:x', source), cell('b:y', target)], 0n);
        expect(change === undefined).toBe(target >= source);
      }),
    );
  });

  test('it is one entry of the same row', () => {
    const change = rowChange(copy, [cell('a:x', 1000)], 0n);
    expect(change && countEntries(change)).toBe(1);
    expect(change && firstKey(change)).toEqual(key);
  });

  test.each<[string, Backfill, ScannedCell[]]>([
    ['no column to copy', copy, [cell('c:z', 1)]],
    [
      'a column that has a value',
      { function: 'setMissing', table: 't', column: 'a:x', value: 'd' },
      [cell('a:x', 1)],
    ],
    ['no column to delete', { function: 'deleteColumn', table: 't', column: 'a:x' }, [cell('b:x', 1)]],
    ['a row that is gone', { function: 'setMissing', table: 't', column: 'a:x', value: 'd' }, []],
    ['versions, which the collector sees to', { function: 'applyGc', table: 't' }, [cell('a:x', 1)]],
  ])('nothing with %s', (_, backfill, cells) => {
    expect(rowChange(backfill, cells, 1000n)).toBeUndefined();
  });
});
