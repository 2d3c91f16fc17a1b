import { z } from 'zod';

export const hostnameSentence =
  'must be a fully qualified host name such as shop.example.com, in ASCII (international names as xn--…), without port or wildcard';

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Lower case, without the dot of the root. */
export function normaliseHostname(text: string): string {
  return text.toLowerCase().replace(/\.$/, '');
}

/** Whether a normalised name is a host name of two labels or more (RFC 1123, 2.1); its last label holds a letter, so no address does. */
export function isHostname(name: string): boolean {
  const labels = name.split('.');
  return (
    name.length <= 253 &&
    labels.length >= 2 &&
    labels.every((part) => label.test(part)) &&
    /[a-z]/.test(labels.at(-1) ?? '')
  );
}

/** Whether a name is the domain itself or below it. */
export function isWithin(name: string, domain: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

export const hostnameSchema = z
  .string()
  .transform(normaliseHostname)
  .refine(isHostname, { error: hostnameSentence });

/** The name that a client gets from the platform. */
export function platformHostname(slug: string, domain: string): string {
  return `${slug}.${domain}`;
}
