import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptCells, keptColumns, type ArchivedLine } from './kept-columns.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const number = (value: bigint): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes.toString('base64');
};
const columns = keptColumns([{ table: 'counters', keepGreater: ['c:reserved'] }, { table: 'others' }]);
const row = (value: bigint, more: ArchivedLine['cells'] = [], table = 'counters'): ArchivedLine => ({
  table,
  key: base64('counter'),
  cells: [['c', base64('reserved'), '1000', number(value)], ...more],
});
const valueOf = (line: ArchivedLine): bigint =>
  Buffer.from(
    line.cells.find(([, name]) => name === base64('reserved'))?.[3] ?? '',
    'base64',
  ).readBigInt64BE();

describe('a column whose greater number is kept', () => {
  it('never goes back, and never below the archive', () => {
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(int64, int64, (present, archived) => {
        const kept = new KeptCells(columns);
        kept.note(row(present));
        expect(valueOf(kept.merge(row(archived)))).toBe(present > archived ? present : archived);
        expect([...kept.rest()]).toEqual([]);
      }),
    );
  });

  it('leaves the other columns of its row as the archive has them', () => {
    const kept = new KeptCells(columns);
    kept.note(row(9n, [['c', base64('note'), '1000', base64('present')]]));
    const merged = kept.merge(row(5n, [['c', base64('note'), '500', base64('archived')]]));
    expect(merged.cells).toContainEqual(['c', base64('note'), '500', base64('archived')]);
    expect(merged.cells).toHaveLength(2);
    expect(valueOf(merged)).toBe(9n);
  });

  it('is kept alone when the archive does not have its row', () => {
    const kept = new KeptCells(columns);
    kept.note(row(9n, [['c', base64('note'), '1000', base64('present')]]));
    expect([...kept.rest()]).toEqual([row(9n)]);
  });

  it('counts by its newest cell', () => {
    const kept = new KeptCells(columns);
    kept.note(row(9n, [['c', base64('reserved'), '2000', number(4n)]]));
    expect(valueOf(kept.merge(row(5n)))).toBe(5n);
  });

  it('is that table’s alone', () => {
    const kept = new KeptCells(columns);
    kept.note(row(9n, [], 'others'));
    expect(kept.merge(row(5n, [], 'others'))).toEqual(row(5n, [], 'others'));
    expect(kept.size).toBe(0);
  });

  it('must hold a number of 64 bits', () => {
    const kept = new KeptCells(columns);
    kept.note({ ...row(1n), cells: [['c', base64('reserved'), '1', base64('seven')]] });
    expect(() => kept.merge(row(1n))).toThrow('holds 5 bytes');
  });
});
