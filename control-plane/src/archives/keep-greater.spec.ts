import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GreaterKept } from './keep-greater.js';
import { keptColumns, parseLine, type ArchivedLine } from './kept-columns.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const int64 = (value: bigint): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes.toString('base64');
};
const columns = keptColumns([
  { table: 'counters', keepGreater: ['c:reserved'] },
  { table: 'integers', keepGreater: [{ column: 'n:sequence', member: 'value' }] },
  { table: 'others' },
]);
const row = (key: string, value: bigint, more: ArchivedLine['cells'] = []): ArchivedLine => ({
  table: 'counters',
  key: base64(key),
  cells: [['c', base64('reserved'), '1000', int64(value)], ...more],
});
const sequence = (key: string, value: number, writer: string): ArchivedLine => ({
  table: 'integers',
  key: base64(key),
  cells: [['n', base64('sequence'), '1000', base64(JSON.stringify({ value, writers: [[writer, 1]] }))]],
});

async function* linesOf(rows: readonly ArchivedLine[]): AsyncGenerator<string> {
  for (const each of rows) yield await Promise.resolve(JSON.stringify(each));
}

async function restored(
  archived: readonly ArchivedLine[],
  present: readonly ArchivedLine[],
): Promise<{ rows: ArchivedLine[]; compared: number }> {
  const kept = new GreaterKept(columns, () => linesOf(present));
  const rows: ArchivedLine[] = [];
  for await (const line of kept.over(linesOf(archived))) rows.push(parseLine(line));
  return { rows, compared: kept.compared };
}

const numberOf = ({ cells }: ArchivedLine): bigint =>
  Buffer.from(cells.find(([, name]) => name === base64('reserved'))?.[3] ?? '', 'base64').readBigInt64BE();

describe('a column whose greater number is kept', () => {
  it('is never below the present, nor below the archive, in whichever of the two a row is', async () => {
    const number = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const state = fc.dictionary(
      fc.string({ unit: fc.constantFrom('a', 'b', '0', '~'), maxLength: 3 }),
      number,
    );
    const rowsOf = (numbers: Record<string, bigint>): ArchivedLine[] =>
      Object.keys(numbers)
        .sort()
        .map((key) => row(key, numbers[key] ?? 0n));
    await fc.assert(
      fc.asyncProperty(state, state, async (archived, present) => {
        const { rows, compared } = await restored(rowsOf(archived), rowsOf(present));
        const keys = [...new Set([...Object.keys(archived), ...Object.keys(present)])].sort();
        const greater = (key: string): bigint => {
          const [one, other] = [archived[key] ?? present[key] ?? 0n, present[key] ?? archived[key] ?? 0n];
          return one > other ? one : other;
        };
        expect(rows.map((each) => [each.key, numberOf(each)])).toEqual(
          keys.map((key) => [base64(key), greater(key)]),
        );
        expect(compared).toBe(Object.keys(present).length);
      }),
    );
  });

  it('leaves the other columns of its row as the archive has them', async () => {
    const archived = row('a', 5n, [['c', base64('note'), '500', base64('archived')]]);
    const present = row('a', 9n, [['c', base64('note'), '1000', base64('present')]]);
    const { rows } = await restored([archived], [present]);
    expect(rows[0]?.cells).toContainEqual(['c', base64('note'), '500', base64('archived')]);
    expect(rows[0]?.cells).toHaveLength(2);
  });

  it('is kept alone when the archive does not have its row, or its table', async () => {
    const present = row('b', 9n, [['c', base64('note'), '1000', base64('present')]]);
    expect((await restored([row('a', 1n)], [present])).rows).toEqual([row('a', 1n), row('b', 9n)]);
    expect((await restored([], [present])).rows).toEqual([row('b', 9n)]);
  });

  it('counts by its newest cell', async () => {
    const present = row('a', 9n, [['c', base64('reserved'), '2000', int64(4n)]]);
    expect((await restored([row('a', 5n)], [present])).rows.map(numberOf)).toEqual([5n]);
  });

  it('may be a member of JSON, and is kept with all that is beside it', async () => {
    const { rows } = await restored(
      [sequence('ada', 3, 'then'), sequence('bob', 41, 'then')],
      [sequence('ada', 9, 'now'), sequence('bob', 2, 'now')],
    );
    expect(rows).toEqual([sequence('ada', 9, 'now'), sequence('bob', 41, 'then')]);
  });

  it('is of its own table alone; the tables may come in any order', async () => {
    const others = { ...row('a', 5n), table: 'others' };
    const present = [{ ...row('a', 9n), table: 'others' }, row('a', 9n), sequence('ada', 9, 'now')];
    const { rows } = await restored([sequence('ada', 1, 'then'), others, row('a', 1n)], present);
    expect(rows).toEqual([sequence('ada', 9, 'now'), others, row('a', 9n)]);
  });

  it('holds a row of each side, and no more, of many', async () => {
    let read = 0;
    let written = 0;
    let furthest = 0;
    const many = async function* (): AsyncGenerator<string> {
      for (read = 0; read < 3_000; read++)
        yield await Promise.resolve(JSON.stringify(row(String(read).padStart(6, '0'), 2n)));
    };
    const kept = new GreaterKept(columns, many);
    const archived = Array.from({ length: 3_000 }, (_, n) => row(String(n).padStart(6, '0'), 1n));
    for await (const line of kept.over(linesOf(archived))) {
      written += 1;
      furthest = Math.max(furthest, read - written);
      expect(line).not.toBe('');
    }
    expect([written, kept.compared]).toEqual([3_000, 3_000]);
    expect(furthest).toBeLessThanOrEqual(1);
  });

  it.each([
    [
      'a number of 64 bits',
      [{ ...row('a', 1n), cells: [['c', base64('reserved'), '1', base64('seven')]] }],
      'holds 5 bytes',
    ],
    [
      'a member that is there',
      [{ ...sequence('a', 1, 'now'), cells: [['n', base64('sequence'), '1', base64('{}')]] }],
      'is no integer',
    ],
  ] satisfies [string, ArchivedLine[], string][])('must hold %s', async (_, present, words) => {
    await expect(restored([row('a', 1n), sequence('a', 1, 'then')], present)).rejects.toThrow(words);
  });

  it.each([
    ['keys that go back', [row('b', 1n), row('a', 1n)]],
    ['a table at two places', [row('a', 1n), sequence('a', 1, 'then'), row('b', 1n)]],
  ])('is not restored from %s', async (_, archived) => {
    await expect(restored(archived, [])).rejects.toThrow('not in the order');
  });
});
