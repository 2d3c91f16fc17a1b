import { CsvError, parse } from 'csv-parse/sync';
import { AppError, type FieldError } from '../../platform/app-error.js';

/** Columns whose cell is the field of the same name. */
const plainColumns = ['slug', 'displayName', 'template', 'release', 'plan', 'cell', 'expiresAt'] as const;
const contactColumns = ['contact.name', 'contact.email'] as const;
const mapColumns = { 'label.': 'labels', 'param.': 'parameters' } as const;
const columnsSentence = `the columns are ${[...plainColumns, 'hostnames', ...contactColumns].join(', ')}, label.<name> and param.<name>`;

type Item = Record<string, unknown>;

/**
 * Reads a CSV file (RFC 4180) with a header row as the JSON of a batch. An empty cell says nothing, as if the field were
 * left out; a column of labels or hostnames says that the client has no others. Hostnames are separated by semicolons.
 * Parameters stay texts: which type they have is the template's to say.
 * @throws AppError `invalid_csv` with row (the header's is 1) and column, when the file itself is not sound
 */
export function readBatchCsv(text: string): { items: Item[] } {
  const [header, ...records] = parsed(text);
  if (!header || header.every((cell) => cell === '')) {
    throw invalid([{ pointer: 'row 1', message: `must be a header: ${columnsSentence}` }]);
  }
  const columns = header.map((cell) => cell.trim());
  const errors = [
    ...headerErrors(columns),
    ...records.flatMap((cells, index) => lengthError(cells.length, columns.length, index + 2)),
  ];
  if (errors.length > 0) throw invalid(errors);
  return { items: records.map((cells) => itemOf(columns, cells)) };
}

/** Which column of the file a field of the JSON comes from: `/labels/tier` from `label.tier`. */
export function columnOf(pointer: string): string {
  const [, field = '', key = ''] = pointer
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (field === 'labels') return `label.${key}`;
  if (field === 'parameters') return `param.${key}`;
  return field === 'contact' ? `contact.${key}` : field;
}

function parsed(text: string): string[][] {
  try {
    return parse(text, { bom: true, relaxColumnCount: true, skipEmptyLines: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid([{ pointer: `line ${String(error['lines'])}`, message: csvSentence(error.code) }], error);
  }
}

function csvSentence(code: string): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'begins a quoted cell that does not end';
  return 'has a quote inside a cell; put the cell in quotes and double those inside';
}

function headerErrors(columns: readonly string[]): FieldError[] {
  return columns.flatMap((column, index) => {
    const pointer = `row 1, column ${index + 1}`;
    if (!isKnown(column)) return [{ pointer, message: `is not a known column; ${columnsSentence}` }];
    return columns.indexOf(column) < index ? [{ pointer, message: `names ${column} a second time` }] : [];
  });
}

function isKnown(column: string): boolean {
  const known: readonly string[] = [...plainColumns, ...contactColumns, 'hostnames'];
  return known.includes(column) || mapColumn(column) !== undefined;
}

function mapColumn(column: string): { field: string; key: string } | undefined {
  for (const [prefix, field] of Object.entries(mapColumns)) {
    if (column.startsWith(prefix) && column.length > prefix.length)
      return { field, key: column.slice(prefix.length) };
  }
  return undefined;
}

function lengthError(cells: number, columns: number, row: number): FieldError[] {
  if (cells === columns) return [];
  return [{ pointer: `row ${row}`, message: `has ${cells} cells; the header has ${columns}` }];
}

function itemOf(columns: readonly string[], cells: readonly string[]): Item {
  const item = new Map<string, unknown>();
  const group = new Map<string, Map<string, string>>();
  columns.forEach((column, index) => {
    const cell = cells[index]?.trim() ?? '';
    const map = mapColumn(column) ?? contactColumn(column);
    if (map) {
      const entries = group.get(map.field) ?? new Map<string, string>();
      if (cell !== '') entries.set(map.key, cell);
      if (map.field !== 'contact' || entries.size > 0) group.set(map.field, entries);
    } else if (column === 'hostnames') item.set(column, names(cell));
    else if (cell !== '') item.set(column, cell);
  });
  for (const [field, entries] of group) item.set(field, Object.fromEntries(entries));
  return Object.fromEntries(item);
}

function contactColumn(column: string): { field: string; key: string } | undefined {
  return column.startsWith('contact.')
    ? { field: 'contact', key: column.slice('contact.'.length) }
    : undefined;
}

function names(cell: string): string[] {
  return cell
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function invalid(errors: readonly FieldError[], cause?: unknown): AppError {
  const shown = errors.slice(0, 100);
  return new AppError('malformed', 'invalid_csv', {
    publicMessage: `The CSV file is not sound: ${shown
      .slice(0, 3)
      .map(({ pointer, message }) => `${pointer} ${message}`)
      .join('; ')}.`,
    errors: shown,
    cause,
  });
}
