import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { StoredRow } from './row-assembler.js';
import { int64, json, text, type TypedColumn } from './typed-column.js';

function written<T>(column: TypedColumn<T>, value: T): StoredRow {
  const mutation = column.set(value);
  if (!('set' in mutation)) throw new Error('not a set');
  return { key: 'k', cells: new Map([[mutation.set, Buffer.from(mutation.value as Uint8Array)]]) };
}

describe('typed columns', () => {
  test('give back what was set', () => {
    const person = json('m:who', (value) => z.strictObject({ name: z.string() }).parse(value));
    expect(int64('m:n').of(written(int64('m:n'), -7n))).toBe(-7n);
    expect(text('m:t').of(written(text('m:t'), 'hé'))).toBe('hé');
    expect(person.of(written(person, { name: 'Ada' }))).toEqual({ name: 'Ada' });
  });

  test('have no value where the row has no cell, or there is no row', () => {
    expect(int64('m:n').of({ key: 'k', cells: new Map() })).toBeUndefined();
    expect(text('m:t').of(undefined)).toBeUndefined();
    expect(int64('m:n').is(undefined)).toEqual({ column: 'm:n', equals: undefined });
  });

  test('refuse bytes of another type', () => {
    expect(() => int64('m:n').of(written(text('m:n'), 'seven'))).toThrow(TypeError);
  });
});
