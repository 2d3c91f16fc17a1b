import { z } from 'zod';

/** A mailto link to one address, and nothing that would fill in the message. */
const mailto = /^mailto:[^\s?#,;:<>"']+@[^\s?#,;:<>"'@]+$/i;

/** @returns a link as it is written into the page (names of other scripts as the browser asks for them), or undefined */
function readLink(value: string, protocols: readonly string[]): string | undefined {
  const url = URL.parse(value);
  if (!url || !protocols.includes(url.protocol)) return undefined;
  if (url.protocol === 'mailto:') return mailto.test(value) ? value : undefined;
  return url.username === '' && url.password === '' && url.hostname !== '' ? url.href : undefined;
}

/** A link that a visitor may follow, of one of the protocols (`https:`) and without credentials. */
export function link(protocols: readonly string[], takes: string) {
  return z
    .string()
    .max(500)
    .transform((value, ctx) => {
      const read = readLink(value, protocols);
      if (read !== undefined && read.length <= 500) return read;
      ctx.addIssue({ code: 'custom', message: `must be ${takes}`, input: value });
      return z.NEVER;
    });
}
