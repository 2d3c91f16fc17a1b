import { parseLine, withGreater, type KeptColumn } from './kept-columns.js';
import { PresentRows } from './present-rows.js';

/** Lines of an archive, table by table and in the order of their keys; each call reads from the first. */
export type ReadLines = () => AsyncIterable<string>;

/**
 * The rows that a restore writes: the archive's, with the greater number of both states in each kept column, and of rows that the archive
 * does not have the kept columns alone. Both are read side by side, so that a row of each is in memory, however many there are.
 */
export class GreaterKept {
  /** In how many rows of the present there was a number to compare. */
  compared = 0;

  constructor(
    private readonly columns: readonly KeptColumn[],
    private readonly present: ReadLines,
  ) {}

  /**
   * @param archived the archive's lines.
   * @throws RangeError for rows out of order, and for a kept column without a number.
   */
  async *over(archived: AsyncIterable<string>): AsyncGenerator<string> {
    const ahead = new Set(this.columns.map(({ table }) => table));
    let here: PresentRows | undefined;
    let last: { readonly table: string; readonly key: Buffer } | undefined;
    try {
      for await (const text of archived) {
        const line = parseLine(text);
        const key = Buffer.from(line.key, 'base64');
        if (last?.table !== line.table) {
          if (here) yield* this.#upTo(here);
          here = ahead.delete(line.table) ? this.#open(line.table) : undefined;
        } else if (last.key.compare(key) >= 0) throw outOfOrder(line.table);
        last = { table: line.table, key };
        if (here) {
          yield* this.#upTo(here, key);
          yield await this.#greater(here, text, key);
        } else if (this.columns.some(({ table }) => table === line.table)) throw outOfOrder(line.table);
        else yield text;
      }
      if (here) yield* this.#upTo(here);
      for (const table of ahead) yield* this.#upTo((here = this.#open(table)));
    } finally {
      await here?.close();
    }
  }

  #open(table: string): PresentRows {
    return new PresentRows(table, this.present(), this.columns);
  }

  /** Rows that the archive does not have, before a key; all that are left without one. */
  async *#upTo(rows: PresentRows, key?: Buffer): AsyncGenerator<string> {
    for (;;) {
      const row = await rows.peek();
      if (row === undefined || (key && row.key.compare(key) >= 0)) return;
      rows.take();
      this.compared += 1;
      yield JSON.stringify(row.line);
    }
  }

  async #greater(rows: PresentRows, text: string, key: Buffer): Promise<string> {
    const row = await rows.peek();
    if (row?.key.equals(key) !== true) return text;
    rows.take();
    this.compared += 1;
    return JSON.stringify(withGreater(this.columns, parseLine(text), row.cells));
  }
}

function outOfOrder(table: string): RangeError {
  return new RangeError(`The archive's rows of ${table} are not in the order of their keys.`);
}
