/** Plain tables for people: columns padded with spaces, no lines, cut to the width of the terminal. */
export interface Column<Row> {
  title: string;
  value: (row: Row) => string | number | boolean | null | undefined;
}

const gap = '  ';

/** Control characters of data must not reach the terminal, where they could rewrite what a person reads. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    character === '\n' || character === '\t' ? ' ' : '\ufffd',
  );
}

/** Renders rows under their titles; no rows give the sentence for an empty list. The last column is cut at `width`. */
export function renderTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  options: { empty: string; width?: number | undefined },
): string {
  if (rows.length === 0) return options.empty;
  const cells = rows.map((row) => columns.map(({ value }) => cellText(value(row))));
  const lines = [columns.map(({ title }) => title.toUpperCase()), ...cells];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => displayWidth(line[index] ?? ''))));
  return lines.map((line) => fit(joinCells(line, widths), options.width)).join('\n');
}

function joinCells(line: readonly string[], widths: readonly number[]): string {
  return line
    .map((cell, index) => pad(cell, widths[index] ?? 0))
    .join(gap)
    .trimEnd();
}

function cellText(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return printable(String(value));
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

function fit(line: string, width: number | undefined): string {
  if (width === undefined || displayWidth(line) <= width) return line;
  let cut = '';
  let taken = 0;
  for (const character of line) {
    taken += displayWidth(character);
    if (taken > width - 1) break;
    cut += character;
  }
  return `${cut}\u2026`;
}

/** Columns that a text takes: East Asian wide characters and emoji take two, combining marks none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/\p{M}/u.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
