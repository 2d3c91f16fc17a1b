/** Stands before a route: who has no right to it never reaches the workload. */
import { problem, unavailable, type Reply } from '../http/reply.js';
import type { Demand } from './access.js';
import { AuthNotConfiguredError, InvalidTokenError, VerifierUnavailableError } from './auth-errors.js';
import { proofOf, type Proof } from './bearer.js';
import type { Caller } from './caller.js';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type Verdict = { caller: Caller } | { refusal: Reply };
/** The verdict on a request, from its headers; rejects for what nobody foresaw only. */
export type Guard = (headers: Headers) => Promise<Verdict>;

/**
 * Proves a caller.
 * @throws InvalidTokenError, VerifierUnavailableError, AuthNotConfiguredError
 */
export type Verify = (proof: Proof) => Promise<Caller>;

/** A guard that asks for what a route demands. */
export function guardOf({ kinds, role }: Demand, verify: Verify): Guard {
  return async (headers) => {
    const proof = proofOf(headers);
    if (proof === undefined) return { refusal: unproved(sentence(kinds)) };
    if (!kinds.has(proof.kind)) return { refusal: unproved(sentence(kinds), 'invalid_token') };
    try {
      const caller = await verify(proof);
      if (role !== undefined && !caller.roles.includes(role)) return { refusal: withoutRole(role) };
      return { caller };
    } catch (error) {
      return { refusal: refusalOf(error) };
    }
  };
}

function refusalOf(error: unknown): Reply {
  if (error instanceof InvalidTokenError) return unproved(error.message, 'invalid_token');
  if (error instanceof VerifierUnavailableError) return unavailable(error.message);
  if (error instanceof AuthNotConfiguredError) return problem(503, 'auth_not_configured', error.message);
  throw error;
}

/** https://www.rfc-editor.org/rfc/rfc6750#section-3: without a proof, the challenge says nothing but the scheme. */
function unproved(detail: string, code?: 'invalid_token'): Reply {
  const challenge = code === undefined ? 'Bearer' : `Bearer error="${code}"`;
  return problem(401, 'unauthenticated', detail, { 'www-authenticate': challenge });
}

function withoutRole(role: string): Reply {
  const challenge = 'Bearer error="insufficient_scope"';
  return problem(403, 'forbidden', `This needs the role ${role}.`, { 'www-authenticate': challenge });
}

function sentence(kinds: ReadonlySet<Caller['kind']>): string {
  const names = [...kinds].map((kind) => (kind === 'jwt' ? 'a token of the issuer' : 'an API key'));
  return `Send ${names.join(' or ')} as Authorization: Bearer.`;
}
