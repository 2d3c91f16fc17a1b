/** The migrations of tenants' rows as data (`migrations/bigtable/migrations.json`), in the order in which they were added. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { TableDefinition } from '@leasehold/tenant-data/tables';
import { z } from 'zod';

const column = z.string().regex(/^[_a-zA-Z0-9][-_.a-zA-Z0-9]{0,63}:/, 'must be family:qualifier');
const table = z.string();

/** One change to every row of a table below a prefix. Each may be done again without a further effect. */
const backfill = z.discriminatedUnion('function', [
  /** What `from` holds is in `to` as well, unless something newer is there. */
  z.strictObject({ function: z.literal('copyColumn'), table, from: column, to: column }),
  /** A column that a row does not have gets this text. */
  z.strictObject({ function: z.literal('setMissing'), table, column, value: z.string() }),
  z.strictObject({ function: z.literal('deleteColumn'), table, column }),
  /** Versions beyond what the families of the table keep now are deleted. */
  z.strictObject({ function: z.literal('applyGc'), table }),
]);
export type Backfill = z.output<typeof backfill>;

const migration = z.strictObject({
  id: z
    .string()
    .regex(/^\d{4}-[a-z0-9]+(-[a-z0-9]+)*$/, 'must be a number and a name such as 0002-increments-index'),
  description: z.string().min(1),
  backfills: z.array(backfill).min(1),
});
export type Migration = z.output<typeof migration>;

const migrations = z
  .array(migration)
  .refine(
    (list) => list.every(({ id }, index) => index === 0 || (list[index - 1]?.id ?? '') < id),
    'must be in the order of their numbers, each once',
  );

/**
 * Checks a list of migrations against the tables that there are.
 * @throws Error naming what is wrong.
 */
export function parseMigrations(data: unknown, tables: readonly TableDefinition[]): Migration[] {
  const list = migrations.parse(data);
  const families = new Map(tables.map((each) => [each.table, new Set(each.families.map(({ id }) => id))]));
  for (const { id, backfills } of list) {
    for (const each of backfills) {
      const known = families.get(each.table);
      if (!known)
        throw new Error(
          `The migration ${id} changes the table ${each.table}, which tables.json does not define.`,
        );
      const missing = columnsOf(each).find((name) => !known.has(name.slice(0, name.indexOf(':'))));
      if (missing)
        throw new Error(`The migration ${id} names ${missing}, a family that ${each.table} does not have.`);
    }
  }
  return list;
}

/** Reads the list from its file. */
export async function readMigrations(
  file: string | URL,
  tables: readonly TableDefinition[],
): Promise<Migration[]> {
  return parseMigrations(JSON.parse(await readFile(file, 'utf8')), tables);
}

/** What a migration does, as the SHA-256 of its backfills in hex: words about it may change, what has run may not. */
export function checksumOf({ backfills }: Migration): string {
  return createHash('sha256').update(JSON.stringify(backfills)).digest('hex');
}

function columnsOf(each: Backfill): string[] {
  if (each.function === 'copyColumn') return [each.from, each.to];
  return each.function === 'applyGc' ? [] : [each.column];
}
