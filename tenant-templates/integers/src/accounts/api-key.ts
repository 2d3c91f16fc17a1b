import { createHash, randomBytes } from 'node:crypto';

const format = /^ik_[\w-]{43}$/;

/** A new API key: 256 random bits. */
export function newApiKey(): string {
  return `ik_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a key. One round of SHA-256 is enough for a key that nobody can guess. */
export function apiKeyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** The key in `Authorization: Bearer ...`; undefined when there is none that we could have given. */
export function apiKeyOf(authorization: string | string[] | undefined): string | undefined {
  if (typeof authorization !== 'string') return undefined;
  const key = /^bearer +(\S+)$/i.exec(authorization)?.[1];
  return key !== undefined && format.test(key) ? key : undefined;
}
