/** How a field of a list can be compared and ordered by. The column is of the list's own SELECT. */
export type ListField =
  | { readonly kind: 'text'; readonly column: string }
  | { readonly kind: 'enum'; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: 'time'; readonly column: string }
  | { readonly kind: 'integer'; readonly column: string }
  | { readonly kind: 'boolean'; readonly column: string }
  /** A JSON object of texts: `labels.tier = "gold"`, `labels:tier`. */
  | { readonly kind: 'labels'; readonly column: string }
  /** A set of names, which is asked by another table: `hostnames:"shop.acme.example"`. */
  | { readonly kind: 'set'; readonly has: (parameter: string) => string };

export const text = (column: string): ListField => ({ kind: 'text', column });
export const time = (column: string): ListField => ({ kind: 'time', column });
export const integer = (column: string): ListField => ({ kind: 'integer', column });
export const boolean = (column: string): ListField => ({ kind: 'boolean', column });
export const labels = (column: string): ListField => ({ kind: 'labels', column });
export const oneOf = (column: string, values: readonly string[]): ListField => ({
  kind: 'enum',
  column,
  values,
});

export type ListFields = Readonly<Record<string, ListField>>;

/** Postgres' bigint, as far as JavaScript counts exactly. */
export function asInteger(text: string): number | undefined {
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
  return value;
}

/** A day or an RFC 3339 time between the years 1000 and 9999, as Postgres reads it; undefined for what is no time. */
export function asTime(text: string): string | undefined {
  const form =
    /^([1-9]\d{3})-(\d\d)-(\d\d)(T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d))?$/;
  const [, year, month, day] = form.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  if (!exists) return undefined;
  return text.length === 10 ? `${text}T00:00:00Z` : text;
}
