import { z } from 'zod';

/** Control characters (line breaks too), and those that turn the direction of text around and let one text pass for another. */
const unfit = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** A text of one line, 1 to `max` characters, without spaces around it. */
export function oneLine(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((text) => !unfit.test(text), { error: 'must be one line without control characters' });
}

export const displayNameSchema = oneLine(100);
