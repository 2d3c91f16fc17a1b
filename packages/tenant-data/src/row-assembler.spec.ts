import { describe, expect, test } from 'vitest';
import { RowAssembler, type CellChunk, type StoredRow } from './row-assembler.js';

const text = (value: string): Uint8Array => Buffer.from(value);

function assemble(chunks: readonly CellChunk[]): Record<string, Record<string, string>> {
  const assembler = new RowAssembler();
  const rows = chunks
    .map((chunk) => assembler.push(chunk))
    .filter((row): row is StoredRow => row !== undefined);
  return Object.fromEntries(
    rows.map(({ key, cells }) => [
      key,
      Object.fromEntries([...cells].map(([column, value]) => [column, value.toString()])),
    ]),
  );
}

describe('rows are put together from chunks', () => {
  test('key, family and qualifier hold until they change', () => {
    const rows = assemble([
      { rowKey: text('a'), familyName: { value: 'c' }, qualifier: { value: text('x') }, value: text('1') },
      { qualifier: { value: text('y') }, value: text('2') },
      { familyName: { value: 'h' }, qualifier: { value: text('x') }, value: text('3'), commitRow: true },
      {
        rowKey: text('b'),
        familyName: { value: 'c' },
        qualifier: { value: text('x') },
        value: text('4'),
        commitRow: true,
      },
    ]);
    expect(rows).toEqual({ a: { 'c:x': '1', 'c:y': '2', 'h:x': '3' }, b: { 'c:x': '4' } });
  });

  test('a value in parts becomes one', () => {
    const first = {
      rowKey: text('a'),
      familyName: { value: 'c' },
      qualifier: { value: text('x') },
      valueSize: 6,
    };
    expect(
      assemble([
        { ...first, value: text('abc') },
        { value: text('def'), valueSize: 0, commitRow: true },
      ]),
    ).toEqual({
      a: { 'c:x': 'abcdef' },
    });
  });

  test('a row that is reset, or never committed, does not count', () => {
    const chunk = { rowKey: text('a'), familyName: { value: 'c' }, qualifier: { value: text('x') } };
    expect(
      assemble([
        { ...chunk, value: text('old') },
        { resetRow: true },
        { ...chunk, value: text('new'), commitRow: true },
      ]),
    ).toEqual({
      a: { 'c:x': 'new' },
    });
    expect(assemble([{ ...chunk, value: text('never') }])).toEqual({});
  });

  test('of several versions the first, which is the newest, counts', () => {
    const chunk = { rowKey: text('a'), familyName: { value: 'c' }, qualifier: { value: text('x') } };
    expect(
      assemble([
        { ...chunk, value: text('new') },
        { ...chunk, value: text('old'), commitRow: true },
      ]),
    ).toEqual({ a: { 'c:x': 'new' } });
  });
});
