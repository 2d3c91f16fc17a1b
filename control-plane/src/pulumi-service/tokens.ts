import { createHash, randomBytes } from 'node:crypto';

/** A secret nobody can guess; the prefix tells people what it is when they meet one in a log. */
export function newToken(prefix: 'lhrun' | 'lhupd'): string {
  return `${prefix}_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a token: enough to know it again, useless to log in with. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
