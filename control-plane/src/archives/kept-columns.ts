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
  /** The column holds a JSON object, and this member of it is the number; without it, the column is a number of 64 bits. */
  readonly member?: string | undefined;
}

const cell = z.tuple([z.string(), z.string(), z.string(), z.string()]);
const line = z.object({ table: z.string(), key: z.string(), cells: z.array(cell) });
export type ArchivedLine = z.output<typeof line>;

export function parseLine(text: string): ArchivedLine {
  return line.parse(JSON.parse(text));
}

type NamedColumn = string | { readonly column: string; readonly member: string };
interface DataClass {
  readonly table: string;
  readonly keepGreater?: readonly NamedColumn[] | undefined;
}

/** The columns that a template's manifest names as `family:qualifier`. */
export function keptColumns(dataClasses: readonly DataClass[]): KeptColumn[] {
  return dataClasses.flatMap(({ table, keepGreater = [] }) =>
    keepGreater.map((named) => {
      const { column: text, member } =
        typeof named === 'string' ? { column: named, member: undefined } : named;
      const colon = text.indexOf(':');
      const qualifier = Buffer.from(text.slice(colon + 1)).toString('base64');
      return { table, family: text.slice(0, colon), qualifier, member };
    }),
  );
}

/** The newest cells of the kept columns of a row. */
export function keptCells(columns: readonly KeptColumn[], { table, cells }: ArchivedLine): Cell[] {
  const found = new Map<KeptColumn, Cell>();
  for (const each of cells) {
    const kept = columnOf(columns, table, each);
    const known = kept && found.get(kept);
    if (kept && (!known || BigInt(each[2]) > BigInt(known[2]))) found.set(kept, each);
  }
  return [...found.values()];
}

/**
 * The row as it is to be written: the archive's, with the greater number in each kept column.
 * @param present kept cells of the row as it is now.
 * @throws RangeError for a cell that holds no number: the template is wrong about its column.
 */
export function withGreater(
  columns: readonly KeptColumn[],
  archived: ArchivedLine,
  present: readonly Cell[],
): ArchivedLine {
  const { table } = archived;
  const rest = archived.cells.filter((each) => columnOf(columns, table, each) === undefined);
  const both = [...keptCells(columns, archived), ...present];
  const greater = columns.flatMap((column) => {
    const candidates = both.filter((each) => columnOf([column], table, each) !== undefined);
    return candidates.sort((a, b) => (numberIn(column, b) > numberIn(column, a) ? 1 : -1)).slice(0, 1);
  });
  return { ...archived, cells: [...rest, ...greater] };
}

export type Cell = ArchivedLine['cells'][number];

function columnOf(
  columns: readonly KeptColumn[],
  table: string,
  [family, qualifier]: Cell,
): KeptColumn | undefined {
  return columns.find(
    (each) => each.table === table && each.family === family && each.qualifier === qualifier,
  );
}

function numberIn({ member }: KeptColumn, [, , , value]: Cell): bigint {
  const bytes = Buffer.from(value, 'base64');
  if (member !== undefined) return numberInJson(bytes.toString(), member);
  if (bytes.length === 8) return bytes.readBigInt64BE();
  throw new RangeError(`A column of keepGreater holds ${bytes.length} bytes, not a number of eight.`);
}

function numberInJson(text: string, member: string): bigint {
  const content = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  const number = z.int().safeParse(content[member]);
  if (number.success) return BigInt(number.data);
  throw new RangeError(`A column of keepGreater holds JSON whose ${JSON.stringify(member)} is no integer.`);
}
