import { z } from 'zod';
import { rolesSchema } from '../issuers/roles.schema.js';
import { oneLine } from '../platform/http/text-schema.js';

export const callerKeyBody = z
  .strictObject({
    name: oneLine(100),
    roles: rolesSchema.default(['user']),
    expiresAt: z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time' }).optional(),
  })
  .meta({ id: 'NewCallerKey' });
export type CallerKeyBody = z.infer<typeof callerKeyBody>;

const shape = {
  id: z.string(),
  tenantId: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  expiresAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
};

export const callerKeySchema = z.object(shape).meta({ id: 'CallerKey' });
export type CallerKeyView = z.infer<typeof callerKeySchema>;

export const createdCallerKeySchema = z
  .object({
    ...shape,
    key: z.string().nullable().describe('Shown once; null in the replay of an Idempotency-Key.'),
  })
  .meta({ id: 'CreatedCallerKey' });
