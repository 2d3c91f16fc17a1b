/** A client's branding, as the platform publishes it for the client's pods. */
import * as z from 'zod/mini';

const colour = z.string().check(z.regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #1a2b3c'));

/** A link that a visitor may follow; other schemes (javascript:, data:) could run in the page. */
const linkTo = (...protocols: string[]) =>
  z.string().check(
    z.maxLength(500),
    z.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
      error: `must be a link of ${protocols.join(' or ')}`,
    }),
  );

/** `<SHA-256>.svg`: a picture in the folder of the branding. */
export const assetNameForm = /^[0-9a-f]{64}\.(svg|png)$/;
const assetName = z.string().check(z.regex(assetNameForm, 'must be the name of a picture'));

/** The platform has parsed these as CSS. Here they only have to be unable to leave their declaration, or to load anything. */
const fontFamily = z.string().check(z.maxLength(300), z.regex(/^[\w ",-]+$/, 'must be families of fonts'));
const cssVariables = z.record(
  z.string().check(z.regex(/^--brand-[a-z-]{1,40}$/, 'must be a variable of the brand')),
  z
    .string()
    .check(
      z.maxLength(120),
      z.regex(
        /^(?!.*\b(url|image|image-set|src|attr|env|var|expression)\s*\()[\w#.,%()/+ -]+$/i,
        'must be a plain value',
      ),
    ),
);

const brandingSchema = z.object({
  revision: z.number().check(z.int(), z.minimum(0)),
  displayName: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  colors: z.object({ primary: colour, background: colour, text: colour, accent: z.optional(colour) }),
  fontFamily: z.optional(fontFamily),
  logo: z.optional(assetName),
  favicon: z.optional(assetName),
  cssVariables: z.optional(cssVariables),
  tagline: z.optional(z.string().check(z.maxLength(300))),
  supportUrl: z.optional(linkTo('https:', 'http:', 'mailto:')),
  legal: z.optional(
    z.object({
      imprint: z.optional(linkTo('https:', 'mailto:')),
      privacy: z.optional(linkTo('https:', 'mailto:')),
      terms: z.optional(linkTo('https:', 'mailto:')),
    }),
  ),
});

const previewSchema = z.object({ expiresAt: z.iso.datetime(), branding: brandingSchema });

export type Branding = z.infer<typeof brandingSchema>;

/** The branding before any is published: revision 0. */
export function defaultBranding(displayName: string): Branding {
  return {
    revision: 0,
    displayName,
    colors: { primary: '#2f5d8a', background: '#f7f8fa', text: '#1c2430' },
  };
}

/** A published branding. @throws Error naming the first wrong field. */
export function parseBranding(json: string): Branding {
  const branding = checked(brandingSchema.safeParse(JSON.parse(json)));
  if (branding.revision > 0) return branding;
  throw new Error('branding: revision must be above 0');
}

export interface DraftPreview {
  readonly expiresAt: Date;
  readonly branding: Branding;
}

/** A draft that a link shows. @throws Error naming the first wrong field. */
export function parsePreview(json: string): DraftPreview {
  const { expiresAt, branding } = checked(previewSchema.safeParse(JSON.parse(json)));
  return { expiresAt: new Date(expiresAt), branding };
}

function checked<T>(parsed: z.core.util.SafeParseResult<T>): T {
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`branding: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
}
