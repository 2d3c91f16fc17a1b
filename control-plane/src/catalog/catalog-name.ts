import { z } from 'zod';

/** The name of a plan, template or cell. */
export const catalogName = z
  .string()
  .max(40)
  .regex(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'must have 1 to 40 lower-case letters, digits and hyphens, beginning with a letter',
  );
