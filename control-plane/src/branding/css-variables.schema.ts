import { z } from 'zod';
import { cssVariableNames, readCssVariable } from '@leasehold/safe-branding/css';

/** Custom properties of the page; each value is parsed as CSS and written anew (`@leasehold/safe-branding/css`). */
export const cssVariables = z
  .record(z.string(), z.string().max(100))
  .transform((given, ctx) => {
    const read: Record<string, string> = {};
    for (const [name, value] of Object.entries(given)) {
      const result = readCssVariable(name, value);
      if ('css' in result) read[name] = result.css;
      else ctx.addIssue({ code: 'custom', path: [name], message: result.refusal, input: value });
    }
    return read;
  })
  .describe(`Of the page’s style: ${cssVariableNames.join(', ')}.`);
