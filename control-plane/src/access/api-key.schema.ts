import { z } from 'zod';
import { platformRoles, tenantRoles, type Role } from '../platform/request-context.js';

const roles: readonly [Role, ...Role[]] = [...platformRoles, ...tenantRoles];

const rateLimit = z
  .strictObject({ quota: z.int().min(1).max(100_000), windowSeconds: z.int().min(1).max(3600) })
  .describe('So many requests in so many seconds; what the role may when it is left out.');

export const newApiKeyBody = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    role: z.enum(roles),
    tenantId: z.string().max(64).optional(),
    rateLimit: rateLimit.optional(),
    expiresAt: z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time' }).optional(),
  })
  .refine(({ role, tenantId }) => role.startsWith('tenant-') === (tenantId !== undefined), {
    path: ['tenantId'],
    error: 'is required for the roles tenant-admin and tenant-viewer, and for them alone',
  })
  .meta({ id: 'NewApiKey' });
export type NewApiKeyBody = z.infer<typeof newApiKeyBody>;

const shape = {
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  tenantId: z.string().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  rateLimit: rateLimit.nullable(),
};

export const apiKeySchema = z.object(shape).meta({ id: 'ApiKey' });
export type ApiKeyView = z.infer<typeof apiKeySchema>;

export const createdApiKeySchema = z
  .object({
    ...shape,
    key: z.string().nullable().describe('Shown once; null in the replay of an Idempotency-Key.'),
  })
  .meta({ id: 'CreatedApiKey' });
