/** The shared tables as data (`migrations/bigtable/tables.json`): which exist, their column families, how many versions each keeps. */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

const family = z.strictObject({
  id: z.string().regex(/^[_a-zA-Z0-9][-_.a-zA-Z0-9]{0,63}$/),
  gc: z.strictObject({ maxVersions: z.int().min(1) }),
});
const table = z.strictObject({
  table: z.string().regex(/^[_a-zA-Z0-9][-_.a-zA-Z0-9]{0,49}$/),
  families: z.array(family).min(1),
});
const tables = z
  .array(table)
  .refine((list) => unique(list.map((each) => each.table)), 'names a table twice')
  .refine((list) => list.every((each) => unique(each.families.map(({ id }) => id))), 'names a family twice');

export type TableDefinition = z.output<typeof table>;

/** @throws ZodError when the data is not a list of tables. */
export function parseTableDefinitions(data: unknown): TableDefinition[] {
  return tables.parse(data);
}

/** Reads the list of tables from its file. */
export async function readTableDefinitions(file: string | URL): Promise<TableDefinition[]> {
  return parseTableDefinitions(JSON.parse(await readFile(file, 'utf8')));
}

function unique(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}
