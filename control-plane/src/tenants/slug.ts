import { z } from 'zod';

export const slugSentence =
  'must have 1 to 40 characters: lower-case letters (a to z), digits and single hyphens, beginning with a letter and not ending with a hyphen';

export const slugPattern = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

export function isSlug(text: string): boolean {
  return slugPattern.test(text) && !text.includes('--');
}

/** A tenant's slug; it becomes a DNS label and the name of a Kubernetes namespace, so nothing else of Unicode is let in. */
export const slugSchema = z.string().refine(isSlug, { error: slugSentence }).meta({
  pattern: slugPattern.source,
  maxLength: 40,
  description: 'Never changed; two hyphens in a row are not allowed.',
});
