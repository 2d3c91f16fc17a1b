import { z } from 'zod';
import { mostMinutes } from './key-terms.js';
import { rolesSchema, subjectSchema } from './roles.schema.js';

const claimName = z
  .string()
  .max(200)
  .regex(/^[\x21-\x7e]+$/, 'must be a claim such as roles, or a path such as realm_access.roles');
const url = z.string().max(500);

/** Flat, so that what is missing is told by its own name. */
export const issuerBody = z
  .strictObject({
    kind: z
      .enum(['platform', 'oidc'])
      .default('platform')
      .describe('platform: the issuer that comes with the tenant. oidc: one of its own.'),
    issuer: url
      .optional()
      .describe('Of kind oidc: the iss of its tokens, an https URL with a discovery document.')
      .meta({ examples: ['https://login.acme.example'] }),
    audience: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[\x21-\x7e]+$/, 'must be one word of ASCII characters')
      .optional()
      .describe('Of kind oidc: the aud by which its tokens are for this tenant.')
      .meta({ examples: ['acme-product'] }),
    rolesClaim: claimName
      .optional()
      .describe('Of kind oidc: the claim that holds the roles; roles without it.'),
    jwksUrl: url
      .optional()
      .describe('Of kind oidc: where its keys are, when no discovery document says so.')
      .meta({ examples: ['https://login.acme.example/keys'] }),
  })
  .superRefine((body, ctx) => {
    const { kind, ...own } = body;
    for (const name of ['issuer', 'audience'] as const)
      if (kind === 'oidc' && own[name] === undefined)
        ctx.addIssue({ code: 'custom', path: [name], message: 'is required for the kind oidc', input: body });
    if (kind === 'platform')
      for (const name of Object.keys(own))
        ctx.addIssue({ code: 'custom', path: [name], message: 'is for the kind oidc alone', input: body });
  })
  .meta({ id: 'IssuerSpec', examples: [{ kind: 'platform' }] });
export type IssuerBody = z.infer<typeof issuerBody>;

const issuerKeySchema = z.object({
  id: z.string().describe('The kid of its tokens.'),
  signsFrom: z.iso.datetime(),
  retiresAt: z.iso.datetime().nullable(),
});

export const issuerSchema = z
  .object({
    tenantId: z.string(),
    kind: z.enum(['platform', 'oidc']),
    issuer: z.string().describe('The iss of tokens.'),
    audience: z.string().describe('The aud of tokens.'),
    rolesClaim: z.string(),
    jwksUrl: z.string(),
    keys: z.array(issuerKeySchema).describe('Signing keys of the platform, the newest first.'),
    published: z.boolean().describe("Whether the tenant's pods read it as it is here."),
  })
  .meta({ id: 'Issuer' });
export type IssuerView = z.infer<typeof issuerSchema>;

export const rotationBody = z
  .strictObject({
    withdraw: z
      .boolean()
      .default(false)
      .describe(
        'Every earlier key is withdrawn at once, and with it every token: for a key that has leaked.',
      ),
  })
  .meta({ id: 'IssuerRotation' });

const minutes = z.int().min(1).max(mostMinutes).default(15).describe('How long the token is valid.');

export const memberTokenBody = z.strictObject({ minutes }).meta({ id: 'NewMemberToken' });

export const tokenBody = z
  .strictObject({ subject: subjectSchema, roles: rolesSchema.default(['user']), minutes })
  .meta({ id: 'NewToken' });
export type TokenBody = z.infer<typeof tokenBody>;

export const tokenSchema = z
  .object({
    token: z.string().nullable().describe('Shown once; null in the replay of an Idempotency-Key.'),
    tokenType: z.literal('Bearer'),
    subject: z.string(),
    roles: z.array(z.string()),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'IssuedToken' });
export type IssuedToken = z.infer<typeof tokenSchema>;

export const jwksSchema = z
  .object({ keys: z.array(z.record(z.string(), z.unknown())) })
  .meta({ id: 'JsonWebKeySet' });

export const discoverySchema = z
  .object({
    issuer: z.string(),
    jwks_uri: z.string(),
    response_types_supported: z.array(z.string()),
    subject_types_supported: z.array(z.string()),
    id_token_signing_alg_values_supported: z.array(z.string()),
  })
  .meta({ id: 'IssuerDiscovery' });
