import { z } from 'zod';
import { displayNameSchema, oneLine } from '../platform/http/text-schema.js';
import { cssVariables } from './css-variables.schema.js';
import { fontNames } from './fonts.js';
import { link } from './link.schema.js';

const color = z
  .string()
  .regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #1f6feb')
  .transform((value) => value.toLowerCase());
/** Named by its content, as an upload has answered it. */
export const assetName = z
  .string()
  .regex(/^[0-9a-f]{64}\.(svg|png)$/, 'must be the name of an uploaded picture');
const httpsOrMail = link(['https:', 'mailto:'], 'an https or mailto link');

const colors = z.strictObject({
  primary: color.default('#1f6feb').describe('Of the page’s head, of buttons and large numbers.'),
  background: color.default('#ffffff'),
  text: color.default('#1f2328'),
  accent: color.optional().describe('Of links; that of the text when it is left out.'),
});
export type BrandingColors = z.output<typeof colors>;

const legal = z.strictObject({
  imprint: httpsOrMail.optional(),
  privacy: httpsOrMail.optional(),
  terms: httpsOrMail.optional(),
});
const emailSender = z.strictObject({
  name: oneLine(60).refine((name) => !/[<>"@,;:\\]/.test(name), {
    error: 'must be a name without < > " @ , ; : \\',
  }),
  address: z.email({ error: 'must be an e-mail address' }).max(254),
});

/** What a client's pages look like; left out, the platform's own look. */
export const brandingBody = z
  .strictObject({
    displayName: displayNameSchema.optional().describe('The tenant’s own name when it is left out.'),
    colors: colors.prefault({}),
    font: z.enum(fontNames).optional().describe('Of what operating systems bring along.'),
    logo: assetName.optional(),
    favicon: assetName.optional(),
    cssVariables: cssVariables.optional(),
    tagline: oneLine(160).optional(),
    supportUrl: link(['https:', 'http:', 'mailto:'], 'an http, https or mailto link').optional(),
    legal: legal.optional(),
    emailSender: emailSender.optional().describe('Who writes to the client’s users.'),
  })
  .meta({ id: 'BrandingSpec' });
export type BrandingSpec = z.output<typeof brandingBody>;

/** As it was stored: parsed once already. */
const specFields = {
  displayName: z.string(),
  colors: z.object({
    primary: z.string(),
    background: z.string(),
    text: z.string(),
    accent: z.string().optional(),
  }),
  font: z.enum(fontNames).optional(),
  logo: z.string().optional(),
  favicon: z.string().optional(),
  cssVariables: z.record(z.string(), z.string()).optional(),
  tagline: z.string().optional(),
  supportUrl: z.string().optional(),
  legal: z
    .object({ imprint: z.string().optional(), privacy: z.string().optional(), terms: z.string().optional() })
    .optional(),
  emailSender: z.object({ name: z.string(), address: z.string() }).optional(),
};

export const brandingSchema = z
  .object({
    ...specFields,
    revision: z.int(),
    publishedRevision: z.int().describe('What the client’s pages show now; 0 before the first publication.'),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Branding' });
export type BrandingView = z.output<typeof brandingSchema>;

export const draftSchema = z
  .object({
    ...specFields,
    saved: z.boolean().describe('False: there is no draft, and this is what the pages show.'),
    basedOn: z.int().describe('The live revision on which the draft was begun.'),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'BrandingDraft' });
export type DraftView = z.output<typeof draftSchema>;

export const revisionSchema = z
  .object({
    ...specFields,
    revision: z.int(),
    actor: z.string(),
    origin: z.enum(['created', 'changed', 'draft', 'restored']),
    restoredFrom: z.int().nullable(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'BrandingRevision' });
export type RevisionView = z.output<typeof revisionSchema>;

export const previewSchema = z
  .object({
    url: z.url().nullable().describe('Shown once: a repeated request has null here.'),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'BrandingPreview' });
export type PreviewView = z.output<typeof previewSchema>;

export const assetSchema = z
  .object({
    name: z.string().describe('Of the picture as it was written anew; a branding names it so.'),
    slot: z.enum(['logo', 'favicon']),
    contentType: z.string(),
    bytes: z.int(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    removed: z.array(z.string()).describe('What was taken out of an SVG.'),
  })
  .meta({ id: 'BrandingAsset' });
export type AssetView = z.output<typeof assetSchema>;
