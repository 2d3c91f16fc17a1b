import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../app-error.js';
import { parseFilter } from './filter-parser.js';
import { filterSql } from './filter-sql.js';
import { FilterError, type Filter } from './filter-syntax.js';
import { boolean, integer, labels, oneOf, text, time, type ListFields } from './list-fields.js';
import { List } from './list.js';

const fields: ListFields = {
  name: text('name'),
  state: oneOf('state', ['active', 'failed']),
  createdAt: time('created_at'),
  size: integer('size'),
  live: boolean('live'),
  labels: labels('labels'),
  hostnames: {
    kind: 'set',
    has: (parameter) => `q.id in (select tenant_id from hostnames where hostname = ${parameter})`,
  },
};

function sqlOf(filter: string): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const parsed = parseFilter(filter);
  return { sql: parsed ? filterSql(parsed, fields, (value) => `$${values.push(value)}`) : '', values };
}

function errorOf(filter: string): string | undefined {
  try {
    sqlOf(filter);
    return undefined;
  } catch (error) {
    if (error instanceof FilterError) return error.message;
    throw error;
  }
}

describe('a filter', () => {
  test.each([
    ['', '', []],
    ['state = active', '(q.state = $1::text)', ['active']],
    [
      'state=active and name:"ac me"',
      '((q.state = $1::text) and (position(lower($2::text) in lower(q.name)) > 0))',
      ['active', 'ac me'],
    ],
    ['name = "it\'s \\"so\\""', '(q.name = $1::text)', ['it\'s "so"']],
    ['NOT live = true', '(not coalesce((q.live = $1::boolean), false))', [true]],
    ['size >= 10', '(q.size >= $1::bigint)', [10]],
    ['createdAt < 2026-05-01', '(q.created_at < $1::timestamptz)', ['2026-05-01T00:00:00Z']],
    [
      'createdAt>=2026-05-01T10:00:00+02:00',
      '(q.created_at >= $1::timestamptz)',
      ['2026-05-01T10:00:00+02:00'],
    ],
    ['labels.tier = "gold"', '(q.labels @> jsonb_build_object($1::text, $2::text))', ['tier', 'gold']],
    ['labels.app.io/x != b', '(not (q.labels @> jsonb_build_object($1::text, $2::text)))', ['app.io/x', 'b']],
    ['labels:tier', '(q.labels ? $1::text)', ['tier']],
    ['labels.tier:*', '(q.labels ? $1::text)', ['tier']],
    [
      'hostnames:"a.example"',
      '(q.id in (select tenant_id from hostnames where hostname = $1::text))',
      ['a.example'],
    ],
    ['name != x', '(q.name is distinct from $1::text)', ['x']],
  ])('%s becomes %s', (filter, sql, values) => {
    expect(sqlOf(filter)).toEqual({ sql, values });
  });

  test('OR binds closer than AND, as in AIP-160, and brackets closer than both', () => {
    expect(sqlOf('size=1 AND size=2 OR size=3').sql).toBe(
      '((q.size = $1::bigint) and ((q.size = $2::bigint) or (q.size = $3::bigint)))',
    );
    expect(sqlOf('(size=1 AND size=2) OR size=3').sql).toBe(
      '(((q.size = $1::bigint) and (q.size = $2::bigint)) or (q.size = $3::bigint))',
    );
  });

  test.each([
    [
      'colour = red',
      'at character 1: is not a field of this list; the fields are name, state, createdAt, size, live, labels.<name>, hostnames',
    ],
    ['name', 'at character 5: ends too early: must be one of != <= >= = < > :'],
    ['state = gone', 'at character 9: must be one of active, failed'],
    ['state = active AND', 'at character 19: ends too early: must be the name of a field'],
    ['state = active plan', 'at character 16: must be AND, OR or the end'],
    ['(size = 1', 'at character 10: ends too early: must be a closing bracket'],
    ['size = 1)', 'at character 9: closes a bracket that is not open'],
    ['size = many', 'at character 8: must be a whole number'],
    ['createdAt > 2026-02-30', 'at character 13: must be a time such as 2026-05-01 or 2026-05-01T12:00:00Z'],
    ['live > true', 'at character 6: must be = or !=, since the field has no order'],
    ['live = yes', 'at character 8: must be true or false'],
    ['name.first = x', 'at character 1: is not a field of this list'],
    ['labels.tier > a', 'at character 13: must be =, != or :, since labels have no order'],
    ['name = "open', 'at character 8: must be a value'],
    ['__proto__ = 1', 'at character 1: must be the name of a field'],
    ['constructor = 1', 'at character 1: is not a field of this list'],
    [`${'('.repeat(40)}size=1${')'.repeat(40)}`, 'is nested deeper than 16 levels'],
    [Array.from({ length: 50 }, () => 'size=1').join(' OR '), 'is one comparison too many'],
    ['name = "a\0b"', 'at character 8: holds a sign that no text can have'],
  ])('%s is refused with its place', (filter, message) => {
    expect(errorOf(filter)).toContain(message);
  });

  const value = fc
    .string({ unit: 'binary', maxLength: 20 })
    .filter((given) => !given.includes('\0') && given.isWellFormed());
  const leaf = fc.record({
    field: fc.constantFrom('name', 'labels.tier', 'hostnames'),
    operator: fc.constantFrom('=', '!='),
    value,
  });
  const quotedLeaf = leaf.map(({ field, operator, value: given }) => ({
    text: `${field} ${operator} "${given.replaceAll(/(["\\])/g, '\\$1')}"`,
    values: field === 'labels.tier' ? ['tier', given] : [given],
  }));

  test('no value of the caller’s ever reaches the text of the statement', () => {
    fc.assert(
      fc.property(
        fc.array(quotedLeaf, { minLength: 1, maxLength: 8 }),
        fc.constantFrom('AND', 'OR'),
        (leaves, word) => {
          const { sql, values } = sqlOf(leaves.map((given) => given.text).join(` ${word} `));
          expect(values).toEqual(leaves.flatMap((given) => given.values));
          const own =
            /q\.(name|labels|id)|\$\d+::text|jsonb_build_object|@>|is distinct from|not|and|or|in|=|select tenant_id from hostnames where hostname|[(), ]/g;
          expect(sql.replaceAll(own, '')).toBe('');
        },
      ),
    );
  });

  test('any text is read or refused with a place inside it, with nothing else thrown', () => {
    const token = fc.constantFrom(
      'state',
      'labels.a',
      'size',
      '=',
      ':',
      '<',
      '(',
      ')',
      'AND',
      'or',
      'NOT',
      '"',
      "'",
      '\\',
      '1',
      'active',
      ' ',
      '\0',
      '$1',
      ';',
      '--',
    );
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(token, { maxLength: 30 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(any, (filter) => {
        const at = /^at character (\d+): /.exec(errorOf(filter) ?? 'at character 1: ')?.[1];
        expect(Number(at)).toBeGreaterThanOrEqual(1);
        expect(Number(at)).toBeLessThanOrEqual(filter.length + 1);
      }),
      { numRuns: 2000 },
    );
  });

  test('means the same after it was written with all its brackets', () => {
    const tree: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        fc.integer({ min: 0, max: 9 }).map((size) => `size = ${size}`),
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} AND ${b})`),
        fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a} OR ${b})`),
        tie('node').map((a) => `NOT (${a})`),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (written) => {
        const parsed = tryParse(written);
        if (parsed) expect(parseFilter(shown(parsed))).toMatchObject(withoutPlaces(parsed));
      }),
    );
  });
});

function tryParse(written: string): Filter | undefined {
  try {
    return parseFilter(written);
  } catch (error) {
    // Too deep or too long: refused, and tried above.
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

function shown(filter: Filter): string {
  if (filter.kind === 'comparison') return `${filter.field}${filter.operator}${filter.value}`;
  if (filter.kind === 'not') return `NOT ${shown(filter.part)}`;
  return `(${filter.parts.map(shown).join(` ${filter.kind} `)})`;
}

function withoutPlaces(filter: Filter): object {
  if (filter.kind === 'comparison')
    return { field: filter.field, operator: filter.operator, value: filter.value };
  if (filter.kind === 'not') return { kind: 'not', part: withoutPlaces(filter.part) };
  return { kind: filter.kind, parts: filter.parts.map(withoutPlaces) };
}

describe('the query of a list', () => {
  const list = new List({ name: 'things', key: 'id', fields, defaultOrder: 'createdAt desc' });
  const source = { sql: 'select * from things where owner = $1', parameters: ['me'] };
  const codeOf = (query: object): string | undefined => {
    try {
      list.request({ limit: 10, ...query });
      return undefined;
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  };

  test('keeps the parameters of its source in front', () => {
    const { sql, parameters } = list
      .request({ limit: 10, filter: 'size=1', labels: 'a=b,!c' })
      .statement(source);
    expect(parameters).toEqual(['me', 1, 'a', 'b', 'c', 11]);
    expect(sql).toContain('from (select * from things where owner = $1) q where (q.size = $2::bigint)');
  });

  test.each([
    [{ orderBy: 'labels' }, 'invalid_order'],
    [{ orderBy: 'name; drop table x' }, 'invalid_order'],
    [{ orderBy: 'toString' }, 'invalid_order'],
    [{ labels: 'a=b c' }, 'invalid_labels'],
    [{ cursor: 'nonsense' }, 'invalid_cursor'],
    [{ cursor: Buffer.from('["x","y","z"]').toString('base64url') }, 'cursor_mismatch'],
    [{ orderBy: 'name' }, undefined],
    [{ orderBy: 'size  DESC ' }, undefined],
  ])('%j is %s', (query, code) => {
    expect(codeOf(query)).toBe(code);
  });
});
