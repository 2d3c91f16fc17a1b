/** The Bigtable migrations (`migrations/bigtable`) that must have run before pods of a release start. */
import { z } from 'zod';

export const migrationsSchema = z
  .array(
    z
      .string()
      .max(100)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be the name of a migration such as 0002-increments-index'),
  )
  .max(100)
  .refine((names) => new Set(names).size === names.length, 'migrations must be named once');
