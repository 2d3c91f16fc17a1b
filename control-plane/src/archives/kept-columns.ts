import { z } from 'zod';

/**
 * What of the present survives a restore: columns in which the greater number of both states is kept, since what they count must never
 * come twice (a counter that went back would hand out its numbers again). A template names them (`dataClasses[].keepGreater`).
 */
export interface KeptColumn {
  readonly table: string;
  readonly family: string;
  /** Base64. */
  readonly qualifier: string;
}

const cell = z.tuple([z.string(), z.string(), z.string(), z.string()]);
const line = z.object({ table: z.string(), key: z.string(), cells: z.array(cell) });
export type ArchivedLine = z.output<typeof line>;

export function parseLine(text: string): ArchivedLine {
  return line.parse(JSON.parse(text));
}

/** The columns that a template's manifest names as `family:qualifier`. */
export function keptColumns(
  dataClasses: readonly { readonly table: string; readonly keepGreater?: readonly string[] | undefined }[],
): KeptColumn[] {
  return dataClasses.flatMap(({ table, keepGreater = [] }) =>
    keepGreater.map((column) => {
      const colon = column.indexOf(':');
      const qualifier = Buffer.from(column.slice(colon + 1)).toString('base64');
      return { table, family: column.slice(0, colon), qualifier };
    }),
  );
}

/** The cells of the present that a restore must not go below, by row. */
export class KeptCells {
  readonly #rows = new Map<string, ArchivedLine>();

  constructor(private readonly columns: readonly KeptColumn[]) {}

  get size(): number {
    return this.#rows.size;
  }

  /** Takes note of a row as it is now. */
  note(present: ArchivedLine): void {
    const cells = present.cells.filter((each) => this.#isKept(present.table, each));
    if (cells.length > 0) this.#rows.set(name(present), { ...present, cells: newest(cells) });
  }

  /** The row as it is to be written: the archive's, with the greater number in each kept column. */
  merge(archived: ArchivedLine): ArchivedLine {
    const kept = this.#rows.get(name(archived));
    if (!kept) return archived;
    this.#rows.delete(name(archived));
    const rest = archived.cells.filter((each) => !this.#isKept(archived.table, each));
    const old = newest(archived.cells.filter((each) => this.#isKept(archived.table, each)));
    const columns = new Set([...old, ...kept.cells].map(column));
    const greater = [...columns].flatMap((wanted) => {
      const both = [...old, ...kept.cells].filter((each) => column(each) === wanted);
      return both.sort((a, b) => (numberIn(b) > numberIn(a) ? 1 : -1)).slice(0, 1);
    });
    return { ...archived, cells: [...rest, ...greater] };
  }

  /** Rows that the archive does not have, with their kept columns alone. */
  *rest(): Generator<ArchivedLine> {
    yield* this.#rows.values();
  }

  #isKept(table: string, [family, qualifier]: readonly string[]): boolean {
    return this.columns.some(
      (each) => each.table === table && each.family === family && each.qualifier === qualifier,
    );
  }
}

type Cell = ArchivedLine['cells'][number];

const name = ({ table, key }: ArchivedLine): string => `${table} ${key}`;
const column = ([family, qualifier]: Cell): string => `${family}:${qualifier}`;

/** Of each column the newest cell: older versions count nothing. */
function newest(cells: readonly Cell[]): Cell[] {
  const found = new Map<string, Cell>();
  for (const each of cells) {
    const known = found.get(column(each));
    if (!known || BigInt(each[2]) > BigInt(known[2])) found.set(column(each), each);
  }
  return [...found.values()];
}

/** @throws RangeError for a cell that does not hold a number of 64 bits: the template is wrong about its column. */
function numberIn([, , , value]: Cell): bigint {
  const bytes = Buffer.from(value, 'base64');
  if (bytes.length === 8) return bytes.readBigInt64BE();
  throw new RangeError(`A column of keepGreater holds ${bytes.length} bytes, not a number of eight.`);
}
