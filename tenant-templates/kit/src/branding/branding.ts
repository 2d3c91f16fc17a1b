/** A client's branding, as the platform publishes it for the client's pods. */
import * as z from 'zod/mini';

const colour = z.string().check(z.regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #1a2b3c'));

/** A link that a visitor may follow; other schemes (javascript:, data:) could run in the page. */
const supportUrl = z.string().check(
  z.maxLength(500),
  z.refine(
    (value) => URL.canParse(value) && ['https:', 'http:', 'mailto:'].includes(new URL(value).protocol),
    {
      error: 'must be an http, https or mailto link',
    },
  ),
);

const brandingSchema = z.object({
  revision: z.number().check(z.int(), z.minimum(1)),
  displayName: z.string().check(z.trim(), z.minLength(1), z.maxLength(200)),
  colors: z.object({ primary: colour, background: colour, text: colour }),
  tagline: z.optional(z.string().check(z.maxLength(300))),
  supportUrl: z.optional(supportUrl),
});

export type Branding = z.infer<typeof brandingSchema>;

/** The branding before any is published: revision 0. */
export function defaultBranding(displayName: string): Branding {
  return {
    revision: 0,
    displayName,
    colors: { primary: '#2f5d8a', background: '#f7f8fa', text: '#1c2430' },
  };
}

/** @throws Error naming the first wrong field. */
export function parseBranding(json: string): Branding {
  const parsed = brandingSchema.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`branding: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? 'is not valid'}`);
}
