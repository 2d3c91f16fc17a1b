import { z } from 'zod';
import { unfitText } from './unfit-text.js';

/** A text of one line, 1 to `max` characters, without spaces around it, in Unicode's composed form (NFC). */
export function oneLine(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .transform((text) => text.normalize('NFC').trim())
    .pipe(
      z
        .string()
        .min(1)
        .max(max)
        .superRefine((text, ctx) => {
          const message = unfitText(text);
          if (message !== undefined) ctx.addIssue({ code: 'custom', message, input: text });
        }),
    );
}

export const displayNameSchema = oneLine(100);
