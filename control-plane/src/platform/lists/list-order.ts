import { AppError } from '../app-error.js';
import { asInteger, asTime, type ListField, type ListFields } from './list-fields.js';

/** Kinds of fields that a list can be ordered by. */
type OrderedField = Extract<ListField, { column: string; kind: 'text' | 'enum' | 'time' | 'integer' }>;

export interface ListOrder {
  readonly name: string;
  readonly field: OrderedField;
  readonly direction: 'asc' | 'desc';
}

/**
 * Reads `createdAt desc`. One field is enough: the list's key decides between equal rows.
 * @throws AppError `invalid_order`
 */
export function parseOrder(text: string, fields: ListFields): ListOrder {
  const [matched, name = '', direction] = /^\s*(\w+)(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (matched === undefined || !field || !isOrdered(field)) {
    const message = `must be one of ${orderable(fields).join(', ')}, with desc behind it for the other direction`;
    throw new AppError('malformed', 'invalid_order', {
      publicMessage: `orderBy ${message}.`,
      errors: [{ pointer: 'orderBy', message }],
    });
  }
  return { name, field, direction: direction?.toLowerCase() === 'desc' ? 'desc' : 'asc' };
}

export function orderable(fields: ListFields): string[] {
  return Object.entries(fields).flatMap(([name, field]) => (isOrdered(field) ? [name] : []));
}

function isOrdered(field: ListField): field is OrderedField {
  return field.kind === 'text' || field.kind === 'enum' || field.kind === 'time' || field.kind === 'integer';
}

/** The SQL type of a place in the order. */
export const orderTypes = { text: 'text', enum: 'text', time: 'timestamptz', integer: 'bigint' } as const;

/** A place in the order as text, exact: a JavaScript date would lose the microseconds. */
export function placeSql(field: OrderedField): string {
  if (field.kind !== 'time') return `q.${field.column}::text`;
  return `to_char(q.${field.column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Whether a text can be a place in this order. */
export function isPlace(field: OrderedField, text: string): boolean {
  if (field.kind === 'time') return asTime(text) !== undefined;
  if (field.kind === 'integer') return asInteger(text) !== undefined;
  return !text.includes('\0') && text.isWellFormed();
}
