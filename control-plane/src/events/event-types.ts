import { z } from 'zod';

/** A type such as `tenant.state`, all of a kind (`tenant.*`), or `*`. */
const typePattern = /^(\*|[a-z_]+(\.[a-z_]+)*(\.\*)?)$/;

/** Which types of events somebody wants to hear of. */
export const eventTypesSchema = z
  .array(z.string().max(64).regex(typePattern, 'must be a type such as tenant.state, tenant.* or *'))
  .min(1)
  .max(50);

/** Whether one of the patterns takes in a type; the same rule as {@link matchesTypeSql}. */
export function matchesType(type: string, patterns: readonly string[]): boolean {
  return patterns.some(
    (pattern) =>
      pattern === '*' ||
      pattern === type ||
      (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1))),
  );
}

/** The rule of {@link matchesType} as a condition in SQL, over two expressions: a text and an array of patterns. */
export function matchesTypeSql(type: string, patterns: string): string {
  return `exists (select 1 from unnest(${patterns}) as pattern where pattern = '*' or pattern = ${type}
    or (right(pattern, 2) = '.*' and starts_with(${type}, left(pattern, -1))))`;
}
