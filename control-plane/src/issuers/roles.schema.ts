import { z } from 'zod';

/** Roles mean something to the product; `admin`, `user` and `ai` do in the products of the platform. */
export const rolesSchema = z
  .array(
    z
      .string()
      .max(40)
      .regex(/^[a-z][a-z0-9-]*$/, 'must be a role such as user: lower-case letters, digits and hyphens'),
  )
  .max(20)
  .refine((roles) => new Set(roles).size === roles.length, 'roles must be named once')
  .meta({ examples: [['user', 'ai']] });

/** The `sub` of tokens: what the product knows somebody by. */
export const subjectSchema = z
  .string()
  .max(200)
  .regex(/^[\w.@:+-]+$/, 'must be letters, digits and . _ @ : + - only')
  .meta({ examples: ['jo@acme.example'] });
