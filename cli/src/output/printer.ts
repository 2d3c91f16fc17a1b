import { renderTable, type Column } from './table.js';

/** Where a command's result goes: text for people, or one JSON document for scripts. */
export interface Printer {
  readonly json: boolean;
  /** The result. */
  result(document: unknown, text: string): void;
  /** A list. */
  list<Row>(rows: readonly Row[], columns: readonly Column<Row>[], empty: string): void;
  /** A remark for people; not part of the result. */
  note(text: string): void;
}

export interface Streams {
  out: { write(text: string): unknown; columns?: number | undefined; isTTY?: boolean | undefined };
  err: { write(text: string): unknown };
}

export function createPrinter(json: boolean, { out, err }: Streams): Printer {
  const print = (text: string): void => void out.write(`${text}\n`);
  return {
    json,
    result: (document, text) => print(json ? JSON.stringify(document, undefined, 2) : text),
    list: (rows, columns, empty) =>
      print(
        json
          ? JSON.stringify(rows, undefined, 2)
          : renderTable(rows, columns, { empty, width: out.isTTY === true ? out.columns : undefined }),
      ),
    note: (text) => void err.write(`${text}\n`),
  };
}
