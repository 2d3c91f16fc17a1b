import { z } from 'zod';
import { AppError } from '../app-error.js';

/** The parameters of every list. */
export const pageQuery = z.strictObject({
  limit: z.coerce
    .number({ error: 'must be a whole number from 1 to 500' })
    .int('must be a whole number from 1 to 500')
    .min(1, 'must be a whole number from 1 to 500')
    .max(500, 'must be a whole number from 1 to 500')
    .default(50),
  cursor: z.string().max(500).optional(),
});

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

export function pageSchema<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/**
 * A page from rows that were read with `limit + 1`: the one too many says that there is a next page.
 * @param keyOf what the next page begins after
 */
export function toPage<Row, Item>(
  found: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const more = found.length > limit && last !== undefined;
  return {
    items: shown.map(toItem),
    nextCursor: more ? Buffer.from(keyOf(last)).toString('base64url') : null,
  };
}

/** The key that a cursor holds; undefined without one. */
export function cursorKey(cursor: string | undefined, form: RegExp): string | undefined {
  if (cursor === undefined) return undefined;
  const key = Buffer.from(cursor, 'base64url').toString();
  if (form.test(key)) return key;
  throw new AppError('malformed', 'invalid_cursor', {
    publicMessage: 'The cursor is not one that this list gave.',
    errors: [{ pointer: 'cursor', message: 'must be the nextCursor of an earlier page' }],
  });
}
