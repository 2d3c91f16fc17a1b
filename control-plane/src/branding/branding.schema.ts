import { z } from 'zod';
import { displayNameSchema, oneLine } from '../platform/http/text-schema.js';

const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #1f6feb')
  .transform((value) => value.toLowerCase());

/** What a client's pages look like; left out, the platform's own look. */
export const brandingBody = z
  .strictObject({
    displayName: displayNameSchema.optional().describe('The tenant’s own name when it is left out.'),
    colors: z
      .strictObject({
        primary: color.default('#1f6feb'),
        background: color.default('#ffffff'),
        text: color.default('#1f2328'),
      })
      .prefault({}),
    tagline: oneLine(160).optional(),
    supportUrl: z
      .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
      .max(500)
      .optional(),
  })
  .meta({ id: 'BrandingSpec' });
export type BrandingSpec = z.output<typeof brandingBody>;

export const brandingSchema = z
  .object({
    displayName: z.string(),
    colors: z.object({ primary: z.string(), background: z.string(), text: z.string() }),
    tagline: z.string().optional(),
    supportUrl: z.string().optional(),
    revision: z.int(),
    publishedRevision: z.int().describe('What the client’s pages show now; 0 before the first publication.'),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Branding' });
export type BrandingView = z.output<typeof brandingSchema>;
