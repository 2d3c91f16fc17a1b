import { FilterError, type Comparison, type Filter } from './filter-syntax.js';
import { asInteger, asTime, type ListField, type ListFields } from './list-fields.js';

/** Takes a value as a parameter of the statement and gives its name there: `$3`. */
export type Bind = (value: unknown) => string;

/**
 * A filter as a condition. Its text is made of what stands here and of columns that the list names; every value of the
 * caller's is a parameter.
 * @throws FilterError for an unknown field, an operator that the field does not have, a value that it cannot have
 */
export function filterSql(filter: Filter, fields: ListFields, bind: Bind): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.parts.map((part) => filterSql(part, fields, bind)).join(` ${filter.kind} `)})`;
    case 'not':
      // A field without a value does not match, so its negation does.
      return `(not coalesce(${filterSql(filter.part, fields, bind)}, false))`;
    case 'comparison':
      return comparisonSql(filter, fields, bind);
  }
}

function comparisonSql(comparison: Comparison, fields: ListFields, bind: Bind): string {
  const [name = '', ...path] = comparison.field.split('.');
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (!field || path.length > 0 !== (field.kind === 'labels' && comparison.field.includes('.'))) {
    throw new FilterError(
      comparison.fieldAt,
      `is not a field of this list; the fields are ${fieldNames(fields)}`,
    );
  }
  if (field.kind === 'labels') return labelSql(comparison, field.column, path.join('.'), bind);
  if (field.kind === 'set') return setSql(comparison, field, bind);
  if (field.kind === 'text' && comparison.operator === ':') {
    return `(position(lower(${bind(stored(comparison))}::text) in lower(q.${field.column})) > 0)`;
  }
  return valueSql(comparison, field, bind);
}

function valueSql(
  comparison: Comparison,
  field: Exclude<ListField, { kind: 'labels' | 'set' }>,
  bind: Bind,
): string {
  const ordered = field.kind === 'text' || field.kind === 'time' || field.kind === 'integer';
  const operator = comparison.operator === ':' ? '=' : comparison.operator;
  if (!ordered && operator !== '=' && operator !== '!=') {
    throw new FilterError(comparison.operatorAt, 'must be = or !=, since the field has no order');
  }
  const column = `q.${field.column}`;
  const parameter = bound(comparison, field, bind);
  return operator === '!='
    ? `(${column} is distinct from ${parameter})`
    : `(${column} ${operator} ${parameter})`;
}

function bound(
  comparison: Comparison,
  field: Exclude<ListField, { kind: 'labels' | 'set' }>,
  bind: Bind,
): string {
  const value = stored(comparison);
  const refuse = (sentence: string): never => {
    throw new FilterError(comparison.valueAt, sentence);
  };
  switch (field.kind) {
    case 'text':
      return `${bind(value)}::text`;
    case 'enum':
      return field.values.includes(value)
        ? `${bind(value)}::text`
        : refuse(`must be one of ${field.values.join(', ')}`);
    case 'time':
      return `${bind(asTime(value) ?? refuse('must be a time such as 2026-05-01 or 2026-05-01T12:00:00Z'))}::timestamptz`;
    case 'integer':
      return `${bind(asInteger(value) ?? refuse('must be a whole number'))}::bigint`;
    case 'boolean':
      return `${bind(value === 'true' || (value === 'false' ? false : refuse('must be true or false')))}::boolean`;
  }
}

function labelSql(comparison: Comparison, column: string, label: string, bind: Bind): string {
  const { operator } = comparison;
  const value = stored(comparison);
  if (label === '') {
    if (operator === ':') return `(q.${column} ? ${bind(value)}::text)`;
    throw new FilterError(
      comparison.operatorAt,
      'must be : and the name of a label; a label’s value is labels.<name> = <value>',
    );
  }
  if (operator === ':' && value === '*' && comparison.bare) return `(q.${column} ? ${bind(label)}::text)`;
  const has = `(q.${column} @> jsonb_build_object(${bind(label)}::text, ${bind(value)}::text))`;
  if (operator === '=' || operator === ':') return has;
  if (operator === '!=') return `(not ${has})`;
  throw new FilterError(comparison.operatorAt, 'must be =, != or :, since labels have no order');
}

function setSql(comparison: Comparison, field: Extract<ListField, { kind: 'set' }>, bind: Bind): string {
  const has = `(${field.has(`${bind(stored(comparison))}::text`)})`;
  if (comparison.operator === ':' || comparison.operator === '=') return has;
  if (comparison.operator === '!=') return `(not ${has})`;
  throw new FilterError(comparison.operatorAt, 'must be : and one of the names');
}

/** Postgres stores no NUL, and no half of a surrogate pair. */
function stored({ value, valueAt }: Comparison): string {
  if (value.includes('\0') || !value.isWellFormed())
    throw new FilterError(valueAt, 'holds a sign that no text can have');
  return value;
}

function fieldNames(fields: ListFields): string {
  return Object.entries(fields)
    .map(([name, { kind }]) => (kind === 'labels' ? `${name}.<name>` : name))
    .join(', ');
}
