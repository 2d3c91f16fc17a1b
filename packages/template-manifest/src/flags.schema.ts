/** Feature flags of a release: each has somebody who answers for it, and a day after which it must be gone. */
import { z } from 'zod';

const flag = z.strictObject({
  name: z
    .string()
    .max(60)
    .regex(/^[a-z][a-zA-Z0-9]*$/, 'must be a flag name such as newPricing'),
  /** Who decides when the flag goes: a person or a team. */
  owner: z.string().min(1).max(100),
  /** The last day (UTC) on which a release may be built with this flag. */
  lastDay: z.iso.date('must be a day such as 2027-03-31'),
  default: z.boolean(),
});

export const flagsSchema = z
  .array(flag)
  .max(50)
  .refine((flags) => new Set(flags.map((f) => f.name)).size === flags.length, 'flag names must differ');

export type TemplateFlag = z.infer<typeof flag>;
