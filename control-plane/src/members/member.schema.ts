import { z } from 'zod';
import { rolesSchema, subjectSchema } from '../issuers/roles.schema.js';
import { oneLine } from '../platform/http/text-schema.js';

const email = z.email('must be an e-mail address').max(200);

export const memberBody = z
  .strictObject({
    subject: subjectSchema
      .optional()
      .describe('What the product knows it by (sub); its e-mail address without it, or else its id.'),
    email: email.optional(),
    displayName: oneLine(100).optional(),
    roles: rolesSchema.default(['user']),
  })
  .meta({ id: 'NewMember' });
export type MemberBody = z.infer<typeof memberBody>;

/** The subject stays: accounts of the product hang on it. */
export const memberPatch = z
  .strictObject({
    email: email.nullable().optional().describe('null: it has none.'),
    displayName: oneLine(100).optional(),
    roles: rolesSchema.optional(),
  })
  .meta({ id: 'MemberPatch' });
export type MemberPatch = z.infer<typeof memberPatch>;

export const memberSchema = z
  .object({
    id: z.string(),
    tenantId: z.string(),
    subject: z.string(),
    email: z.string().nullable(),
    displayName: z.string(),
    roles: z.array(z.string()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Member' });
export type MemberView = z.infer<typeof memberSchema>;
