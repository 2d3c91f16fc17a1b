import { z } from 'zod';
import { brandingBody } from '../branding/branding.schema.js';
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
const labels = z
  .record(labelKey, labelValue)
  .refine((value) => Object.keys(value).length <= 32, { error: 'must have at most 32 labels' });

export const name = z.string().min(1).max(64);

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
    labels: labels.default({}),
    contact: z
      .strictObject({
        name: oneLine(100).optional(),
        email: z.email({ error: 'must be an e-mail address' }).max(254),
      })
      .optional(),
  })
  .meta({ id: 'NewTenant' });
export type NewTenant = z.output<typeof newTenantBody>;

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
    contact: z.object({ name: z.string().optional(), email: z.string() }).nullable(),
    conditions: z.array(conditionSchema),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Tenant' });
export type TenantView = z.output<typeof tenantSchema>;
