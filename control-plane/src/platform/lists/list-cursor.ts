import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../app-error.js';
import { canonicalJson } from '../canonical-json.js';

/** After which row a page begins: its place in the order and its key. */
export interface Place {
  readonly value: string;
  readonly key: string;
}

const form = z.tuple([z.string(), z.string(), z.string()]);

/** What a cursor is bound to: the list, its filter and its order. */
export function queryDigest(query: unknown): string {
  return createHash('sha256').update(canonicalJson(query)).digest('base64url').slice(0, 12);
}

export function writeCursor(digest: string, { value, key }: Place): string {
  return Buffer.from(JSON.stringify([digest, value, key])).toString('base64url');
}

/**
 * A cursor says where to go on and nothing about what may be seen: one that a caller has made up leads to another place of
 * the same rows.
 * @throws AppError `invalid_cursor`, and `cursor_mismatch` for one of another filter or order
 */
export function readCursor(cursor: string, digest: string, fits: (place: Place) => boolean): Place {
  const [given, value, key] = decoded(cursor) ?? [];
  if (given === undefined || value === undefined || key === undefined) throw invalid();
  if (given !== digest) {
    throw new AppError('malformed', 'cursor_mismatch', {
      publicMessage:
        'The cursor belongs to another list, filter or order; send the same ones with it, or begin without a cursor.',
      errors: [{ pointer: 'cursor', message: 'belongs to another list, filter or order' }],
    });
  }
  if (!fits({ value, key })) throw invalid();
  return { value, key };
}

function decoded(cursor: string): [string, string, string] | undefined {
  try {
    return form.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString())).data;
  } catch {
    return undefined;
  }
}

function invalid(): AppError {
  return new AppError('malformed', 'invalid_cursor', {
    publicMessage: 'The cursor is not one that this list gave.',
    errors: [{ pointer: 'cursor', message: 'must be the nextCursor of an earlier page' }],
  });
}
