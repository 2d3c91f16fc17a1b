/** A filter as it was written: a subset of https://google.aip.dev/160. Positions count characters from 1. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | Comparison;

export const operators = ['!=', '<=', '>=', '=', '<', '>', ':'] as const;
export type Operator = (typeof operators)[number];

export interface Comparison {
  readonly kind: 'comparison';
  readonly field: string;
  readonly fieldAt: number;
  readonly operator: Operator;
  readonly operatorAt: number;
  readonly value: string;
  /** `state = active` and not `state = "active"`. */
  readonly bare: boolean;
  readonly valueAt: number;
}

/** What is wrong with a filter, and at which character. */
export class FilterError extends Error {
  constructor(
    readonly position: number,
    readonly problem: string,
  ) {
    super(`at character ${position}: ${problem}`);
  }
}

/** The names of the fields that a filter speaks of. */
export function fieldsOf(filter: Filter | undefined): ReadonlySet<string> {
  if (!filter) return new Set();
  if (filter.kind === 'comparison') return new Set([filter.field.split('.', 1)[0] ?? filter.field]);
  const parts = filter.kind === 'not' ? [filter.part] : filter.parts;
  return new Set(parts.flatMap((part) => [...fieldsOf(part)]));
}
