import { z } from 'zod';
import { cellQuery } from './twin.schema.js';

export const secretName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,255}$/, 'must be 1 to 255 letters, digits, "-" and "_"');

/** The size is Secret Manager's: https://cloud.google.com/secret-manager/quotas */
export const secretBody = cellQuery
  .extend({
    value: z
      .string()
      .min(1)
      .refine((text) => Buffer.byteLength(text) <= 65_536, 'must be at most 65536 bytes')
      .describe('What pods read that start from then on; it is never shown again.'),
  })
  .meta({ id: 'TwinSecretValue' });
export type TwinSecretValue = z.output<typeof secretBody>;
