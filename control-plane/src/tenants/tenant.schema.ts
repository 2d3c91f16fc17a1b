import { z } from 'zod';
import { brandingBody } from '../branding/branding.schema.js';
import { failurePolicies } from '../operations/operation.js';
import { displayNameSchema, oneLine } from '../platform/http/text-schema.js';
import { hostnameSchema } from './hostname.js';
import { slugSchema } from './slug.js';
import { tenantStates } from './tenant-states.js';

/** Kubernetes' rule, since labels are put on its objects: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels */
const labelKey = z.string().regex(/^[a-z]([a-z0-9_.-]{0,61}[a-z0-9])?$/, {
  error:
    'must be a label name: 1 to 63 lower-case letters, digits, hyphens, dots and underscores, beginning with a letter',
});
const labelValue = z.string().regex(/^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/, {
  error: 'must be a label value: at most 63 letters, digits, hyphens, dots and underscores',
});
export const labelsSchema = z
  .record(labelKey, labelValue)
  .refine((value) => Object.keys(value).length <= 32, { error: 'must have at most 32 labels' });

export const name = z.string().min(1).max(64);

export const contactSchema = z.strictObject({
  name: oneLine(100).optional(),
  email: z.email({ error: 'must be an e-mail address' }).max(254),
});

/** Names alone: a value never comes through this API. */
const secretRefs = z.record(
  z.string().regex(/^[A-Z][A-Z0-9_]{0,62}$/, { error: 'must be a secret of the release such as API_KEY' }),
  z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, {
    error: 'must be the name of a secret in the cell’s secret store: letters, digits, "-" and "_"',
  }),
);
const aboutSecrets =
  'For each secret that the release knows, the name of a secret in the cell’s secret store: one that begins with t-<slug>- or shared-.';

export const expirySchema = z.iso.datetime({
  offset: true,
  error: 'must be a time such as 2027-01-31T00:00:00Z',
});

export const newTenantBody = z
  .strictObject({
    slug: slugSchema,
    displayName: displayNameSchema,
    template: name,
    release: name.optional().describe('A version of the template; the newest when it is left out.'),
    plan: name.optional().describe('The smallest plan that the release offers when it is left out.'),
    cell: name.optional().describe('Chosen by room when it is left out.'),
    hostnames: z
      .array(hostnameSchema)
      .max(20)
      .default([])
      .describe('Names of the client’s own, beside <slug>.<domain>.'),
    branding: brandingBody.optional(),
    parameters: z.record(z.string(), z.unknown()).default({}),
    secretRefs: secretRefs.default({}).describe(aboutSecrets),
    labels: labelsSchema.default({}),
    contact: contactSchema.optional(),
    deletionProtection: z
      .boolean()
      .default(false)
      .describe('Refuses DELETE until it is switched off by a PATCH.'),
    expiresAt: expirySchema
      .optional()
      .describe('The tenant’s last moment, of a trial for example: it is suspended then.'),
    onFailure: z
      .enum(failurePolicies)
      .default('keep')
      .describe(
        'What a failure leads to: keep leaves a failed tenant whose operation can be resumed, rollback takes everything away.',
      ),
  })
  .meta({ id: 'NewTenant' });
export type NewTenant = z.output<typeof newTenantBody>;

export const tenantPatch = z
  .strictObject({
    displayName: displayNameSchema.optional(),
    release: name.optional().describe('A version of the tenant’s template.'),
    plan: name.optional(),
    hostnames: z
      .array(hostnameSchema)
      .max(20)
      .optional()
      .describe('All names of the client’s own; <slug>.<domain> stays in any case.'),
    parameters: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('All of them, not the changed ones alone.'),
    secretRefs: secretRefs.optional().describe(aboutSecrets),
    labels: labelsSchema.optional().describe('All of them, not the changed ones alone.'),
    contact: contactSchema.nullable().optional(),
    deletionProtection: z.boolean().optional(),
    expiresAt: expirySchema.nullable().optional(),
  })
  .meta({ id: 'TenantPatch' });
export type TenantPatch = z.output<typeof tenantPatch>;

const rejection = { reason: oneLine(300).optional().describe('What the requester reads.') };
export const rejectionBody = z.strictObject(rejection).meta({ id: 'Rejection' });
export type Rejection = z.output<typeof rejectionBody>;

export const conditionSchema = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string(),
  message: z.string(),
  since: z.iso.datetime(),
});
export type Condition = z.output<typeof conditionSchema>;

export const tenantSchema = z
  .object({
    id: z.string(),
    slug: z.string(),
    displayName: z.string(),
    state: z.enum(tenantStates),
    template: z.string(),
    release: z.string(),
    plan: z.string(),
    cell: z.string(),
    url: z.string(),
    hostnames: z.array(z.string()),
    labels: z.record(z.string(), z.string()),
    parameters: z.record(z.string(), z.unknown()),
    secretRefs: z.record(z.string(), z.string()),
    contact: z.object({ name: z.string().optional(), email: z.string() }).nullable(),
    conditions: z.array(conditionSchema),
    deletionProtection: z.boolean(),
    expiresAt: z.iso.datetime().nullable(),
    lastGood: z
      .object({
        displayName: z.string(),
        release: z.string(),
        plan: z.string(),
        hostnames: z.array(z.string()),
        parameters: z.record(z.string(), z.unknown()),
        secretRefs: z.record(z.string(), z.string()),
      })
      .nullable()
      .describe('What runs while the spec above does not, or not yet; null when the spec itself runs.'),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Tenant' });
export type TenantView = z.output<typeof tenantSchema>;
