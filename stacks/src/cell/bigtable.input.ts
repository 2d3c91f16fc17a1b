import { z } from 'zod';

/** What of Bigtable a cell has. */
export const bigtableInput = z.strictObject({
  instance: z.string().min(1),
  /** The tables that all clients share, with the versions that a family keeps of a cell. */
  tables: z.array(
    z.strictObject({
      table: z.string().min(1),
      families: z.array(
        z.strictObject({ id: z.string().min(1), gc: z.strictObject({ maxVersions: z.int().positive() }) }),
      ),
    }),
  ),
  /** The longest that a plan keeps a backup; null while none has backups. */
  keepBackupsDays: z.int().positive().nullable(),
});
export type BigtableInput = z.output<typeof bigtableInput>;
