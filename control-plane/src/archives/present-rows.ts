import { keptCells, parseLine, type ArchivedLine, type Cell, type KeptColumn } from './kept-columns.js';

/** A row as it is now, with its kept cells alone; it has at least one. */
export interface PresentRow {
  readonly line: ArchivedLine;
  readonly key: Buffer;
  readonly cells: readonly Cell[];
}

/** The rows of one table that have kept cells, in the order of their keys, one in memory at a time. */
export class PresentRows {
  readonly #rows: AsyncIterator<PresentRow>;
  #ahead: Promise<IteratorResult<PresentRow, unknown>> | undefined;

  constructor(
    readonly table: string,
    lines: AsyncIterable<string>,
    columns: readonly KeptColumn[],
  ) {
    this.#rows = rowsOf(table, lines, columns);
  }

  /** The next row, which stays the next until it is taken; undefined behind the last. */
  async peek(): Promise<PresentRow | undefined> {
    this.#ahead ??= this.#rows.next();
    const { done, value } = await this.#ahead;
    return done === true ? undefined : value;
  }

  take(): void {
    this.#ahead = undefined;
  }

  async close(): Promise<void> {
    await this.#rows.return?.();
  }
}

async function* rowsOf(
  table: string,
  lines: AsyncIterable<string>,
  columns: readonly KeptColumn[],
): AsyncGenerator<PresentRow, undefined> {
  for await (const text of lines) {
    const line = parseLine(text);
    if (line.table !== table) continue;
    const cells = keptCells(columns, line);
    if (cells.length > 0) yield { line: { ...line, cells }, key: Buffer.from(line.key, 'base64'), cells };
  }
  return undefined;
}
