import { fromReversedTime, fromSortable, reversedTime, sortable } from './key-order.js';
import { rowKey, rowKeyParts } from './prefix.js';

/** How one part of a key is written. */
export interface KeyPart<T> {
  readonly write: (value: T) => string;
  readonly read: (text: string) => T;
}

/** Text; sorts by its UTF-8 bytes. */
export const textPart: KeyPart<string> = { write: (value) => value, read: (text) => text };
/** A number of 0 to 2^63-1; sorts as numbers do. */
export const int64Part: KeyPart<bigint> = { write: sortable, read: fromSortable };
/** A time in milliseconds since 1970; the newest comes first. */
export const timePart: KeyPart<number> = { write: reversedTime, read: fromReversedTime };

/** The keys of one type of rows: `<prefix>#<type>#<part>#…`. */
export interface RowKeyType<P extends readonly unknown[]> {
  of(prefix: string, ...parts: P): string;
  /** @throws ForeignRowKeyError outside the prefix; TypeError for a key of another type. */
  parts(prefix: string, key: string): P;
  /** The keys that begin with these parts: for `scan` and `pages`. Without parts: all of this type. */
  range(prefix: string, ...first: readonly string[]): { readonly start: string; readonly end: string };
}

/** Defines a type of rows by its name and the parts of its keys. */
export function rowKeyType<P extends readonly unknown[]>(
  type: string,
  ...parts: { readonly [I in keyof P]: KeyPart<P[I]> }
): RowKeyType<P> {
  const codecs: readonly KeyPart<unknown>[] = parts;
  return {
    of: (prefix, ...values) =>
      rowKey(prefix, type, ...codecs.map((codec, index) => codec.write(values[index]))),
    parts: (prefix, key) => {
      const [name, ...texts] = rowKeyParts(prefix, key);
      if (name !== type || texts.length !== codecs.length)
        throw new TypeError(`${JSON.stringify(key)} is not the key of a row of type ${type}.`);
      // Each part was read by its own codec, which the compiler cannot follow through the list.
      return codecs.map((codec, index) => codec.read(texts[index] ?? '')) as unknown as P;
    },
    range: (prefix, ...first) => {
      const begin = rowKey(prefix, type, ...first);
      return { start: `${begin}#`, end: `${begin}$` };
    },
  };
}
