import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, renderTable } from './table.js';

interface Row {
  name: string;
  count: number | null;
}
const nasty = fc.constantFrom(
  '\u001b',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u0085',
  '\u009b',
  '\u2028',
  '\u202e',
  'a',
  'é',
  '株',
  '😀',
);
const columns = [
  { title: 'name', value: ({ name }: Row) => name },
  { title: 'count', value: ({ count }: Row) => count },
];

describe('a table', () => {
  it('has its columns one below the other', () => {
    const rows = [
      { name: 'acme', count: 1 },
      { name: 'globex', count: null },
    ];
    expect(renderTable(rows, columns, { empty: '' })).toBe('NAME    COUNT\nacme    1\nglobex  -');
  });

  it('says that there is nothing', () => {
    expect(renderTable([], columns, { empty: 'There are no tenants.' })).toBe('There are no tenants.');
  });

  it('keeps its columns straight with wide characters', () => {
    const rows = [
      { name: '株式会社', count: 1 },
      { name: 'ab', count: 2 },
    ];
    expect(renderTable(rows, columns, { empty: '' })).toBe('NAME      COUNT\n株式会社  1\nab        2');
  });

  it('is not wider than the terminal', () => {
    const rows = fc.array(fc.record({ name: fc.string({ maxLength: 200 }), count: fc.nat() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 10, max: 120 }), (all, width) => {
        for (const line of renderTable(all, columns, { empty: '', width }).split('\n'))
          expect(Array.from(line).length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('has one line a row, and no character that steers the terminal, whatever the data holds', () => {
    const rows = fc.array(fc.record({ name: fc.string({ unit: nasty, maxLength: 30 }), count: fc.nat() }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(rows, (all) => {
        const lines = renderTable(all, columns, { empty: '' }).split('\n');
        expect(lines).toHaveLength(all.length + 1);
        expect(lines.join('')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('printable', () => {
  it('takes away what would rewrite the line or hide text', () => {
    expect(printable('a\u001b[2Kb\rc\u202ed')).toBe('a\ufffd[2Kb\ufffdc\ufffdd');
  });
});
