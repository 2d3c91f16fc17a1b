import { createHash } from 'node:crypto';
import { AppError } from '../app-error.js';
import { canonicalJson } from '../canonical-json.js';

/** The entity tag of a resource whose spec has a revision that every change raises. */
export function revisionTag(revision: number): string {
  return `"${revision}"`;
}

/** The entity tag of a resource without a revision: a hash over its spec. */
export function contentTag(spec: unknown): string {
  return `"${createHash('sha256').update(canonicalJson(spec)).digest('base64url').slice(0, 22)}"`;
}

/** Whether `If-None-Match` names the tag, compared weakly (RFC 9110, 13.1.2): then the caller has it already. */
export function isKnownTag(ifNoneMatch: string | undefined, current: string | undefined): boolean {
  if (ifNoneMatch === undefined || current === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(current.replace(/^W\//, ''));
}

/**
 * Compares `If-Match` with the tag of what is there now, strongly (RFC 9110, 13.1.1: a weak tag never matches).
 * @throws AppError `precondition_failed`
 */
export function requireMatch(ifMatch: string, current: string): void {
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (tags.includes('*') || tags.includes(current)) return;
  throw new AppError('precondition_failed', 'etag_mismatch', {
    publicMessage: `It has changed since you read it: its ETag is now ${current}. Read it again and repeat your change.`,
    errors: [{ pointer: 'If-Match', message: `must be ${current}` }],
  });
}
