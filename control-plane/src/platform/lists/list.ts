import { z } from 'zod';
import { AppError } from '../app-error.js';
import type { Page } from './page.js';
import { rows, type Tx } from '../unit-of-work.js';
import { parseFilter } from './filter-parser.js';
import { filterSql, type Bind } from './filter-sql.js';
import { fieldsOf, FilterError, type Filter } from './filter-syntax.js';
import { labelSelectorSql } from './label-selector.js';
import { queryDigest, readCursor, writeCursor, type Place } from './list-cursor.js';
import type { ListFields } from './list-fields.js';
import { isPlace, orderable, orderTypes, parseOrder, placeSql, type ListOrder } from './list-order.js';

export interface ListSpec {
  /** Unique among the lists: cursors are bound to it. */
  readonly name: string;
  /** A column of text that no two rows share; it decides between rows of the same place. */
  readonly key: string;
  readonly fields: ListFields;
  /** Fields that can be empty: rows without a value have no place in an order. */
  readonly unordered?: readonly string[];
  /** As `orderBy` has it. */
  readonly defaultOrder: string;
  /** Rows that are left out unless the filter speaks of this field. */
  readonly hidden?: { readonly unlessFiltered: string; readonly where: string };
}

export { boolean, integer, labels, oneOf, text, time } from './list-fields.js';

const wholeNumber = 'must be a whole number from 1 to 500';

/** One list of the API: what it can be filtered by and ordered by, and how its pages are read. */
export class List {
  constructor(readonly spec: ListSpec) {}

  /** The query parameters of the list. */
  query() {
    const names = Object.keys(this.spec.fields);
    return z.strictObject({
      limit: z.coerce
        .number({ error: wholeNumber })
        .int(wholeNumber)
        .min(1, wholeNumber)
        .max(500, wholeNumber)
        .default(50)
        .describe('The most items of a page.'),
      cursor: z
        .string()
        .max(2000)
        .optional()
        .describe('The nextCursor of the page before, with the same filter and order.'),
      filter: z
        .string()
        .max(2000)
        .optional()
        .describe(
          `Comparisons (=, !=, <, >, <=, >=, :) joined by AND, OR, NOT and brackets. Fields: ${names.join(', ')}.`,
        ),
      orderBy: z
        .string()
        .max(100)
        .optional()
        .describe(
          `A field, with desc behind it for the other direction: ${orderable(orderedFields(this.spec)).join(', ')}. Without it: ${this.spec.defaultOrder}.`,
        ),
    });
  }

  /** The same with a label selector, for lists whose rows have labels. */
  labelledQuery() {
    return this.query().extend({
      labels: z
        .string()
        .max(1000)
        .optional()
        .describe('A label selector as Kubernetes has it: tier=gold,region!=eu,beta,!legacy.'),
    });
  }

  /** Judges a query before anything is read. @throws AppError `invalid_filter`, `invalid_order`, `invalid_cursor`, … */
  request(query: ListQuery): ListRequest {
    return new ListRequest(this.spec, query);
  }
}

export interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly filter?: string | undefined;
  readonly orderBy?: string | undefined;
  readonly labels?: string | undefined;
}

/** A SELECT without order; the list's fields are columns of it. */
export interface ListSource {
  readonly sql: string;
  readonly parameters?: readonly unknown[];
}

type Placed<Row> = Row & { readonly list_place: string; readonly list_key: string };

export class ListRequest {
  readonly #order: ListOrder;
  readonly #filter: Filter | undefined;
  readonly #after: Place | undefined;
  readonly #digest: string;

  constructor(
    private readonly spec: ListSpec,
    private readonly query: ListQuery,
  ) {
    const { cursor } = query;
    this.#order = parseOrder(query.orderBy ?? spec.defaultOrder, orderedFields(spec));
    this.#filter = pointing(() => parseFilter(query.filter ?? ''));
    this.#digest = queryDigest([spec.name, { ...query, limit: undefined, cursor: undefined }]);
    this.#after =
      cursor === undefined ? undefined : readCursor(cursor, this.#digest, (place) => this.#fits(place));
    // Whatever is wrong with it is said before the first statement.
    this.#where(() => '$1');
  }

  /** One page of the source. */
  async page<Row extends object>(tx: Tx, source: ListSource): Promise<Page<Row>> {
    const { limit } = this.query;
    const statement = this.statement(source);
    const found = await rows<Placed<Row>>(tx, statement.sql, statement.parameters);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const more = found.length > limit && last !== undefined;
    const nextCursor = more
      ? writeCursor(this.#digest, { value: last.list_place, key: last.list_key })
      : null;
    return { items: shown.map(withoutPlace), nextCursor };
  }

  /** The page's statement, which reads one row more than it shows: that one says that there is a next page. */
  statement({ sql, parameters = [] }: ListSource): { sql: string; parameters: unknown[] } {
    const values = [...parameters];
    const bind: Bind = (value) => `$${values.push(value)}`;
    const { field, direction } = this.#order;
    const where = this.#where(bind);
    return {
      sql: `select q.*, ${placeSql(field)} as list_place, q.${this.spec.key} as list_key from (${sql}) q${
        where.length > 0 ? ` where ${where.join(' and ')}` : ''
      } order by q.${field.column} ${direction}, q.${this.spec.key} ${direction} limit ${bind(this.query.limit + 1)}`,
      parameters: values,
    };
  }

  #where(bind: Bind): string[] {
    const { fields, hidden } = this.spec;
    const labelled = Object.values(fields).find((field) => field.kind === 'labels');
    const filter = this.#filter;
    return [
      ...(hidden && !fieldsOf(filter).has(hidden.unlessFiltered) ? [hidden.where] : []),
      ...(filter ? [pointing(() => filterSql(filter, fields, bind))] : []),
      ...(labelled ? labelSelectorSql(this.query.labels ?? '', labelled.column, bind) : []),
      ...(this.#after ? [this.#beyond(this.#after, bind)] : []),
    ];
  }

  #beyond({ value, key }: Place, bind: Bind): string {
    const { field, direction } = this.#order;
    const place = `(${bind(value)}::${orderTypes[field.kind]}, ${bind(key)}::text)`;
    return `(q.${field.column}, q.${this.spec.key}) ${direction === 'asc' ? '>' : '<'} ${place}`;
  }

  #fits({ value, key }: Place): boolean {
    return isPlace(this.#order.field, value) && !key.includes('\0') && key.isWellFormed();
  }
}

function orderedFields({ fields, unordered = [] }: ListSpec): ListFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !unordered.includes(name)));
}

/** The row as its own SELECT has it: what the page was cut by is nobody's field. */
function withoutPlace<Row extends object>(placed: Placed<Row>): Row {
  Reflect.deleteProperty(placed, 'list_place');
  Reflect.deleteProperty(placed, 'list_key');
  return placed;
}

/** A page with other items. */
export function mapPage<Row, Item>(page: Page<Row>, toItem: (row: Row) => Item): Page<Item> {
  return { items: page.items.map(toItem), nextCursor: page.nextCursor };
}

function pointing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new AppError('malformed', 'invalid_filter', {
      publicMessage: `The filter is not valid ${error.message}.`,
      errors: [{ pointer: 'filter', message: error.message }],
    });
  }
}
