/** Tokens of the tenant's issuer. Loaded with the first token: a pod that asks for none starts without jose. */
import { createLocalJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { AuthNotConfiguredError, InvalidTokenError, VerifierUnavailableError } from './auth-errors.js';
import type { Caller } from './caller.js';
import { rolesOf } from './roles-claim.js';
import type { TrustSource } from './trust-source.js';
import type { Trust } from './trust.js';

/** Asymmetric only: with a shared secret among them, a public key could be passed off as one. */
const algorithms = ['ES256', 'RS256', 'EdDSA'];
/** Between the clocks of the issuer and the pod. */
const skewSeconds = 10;
/** Verified tokens in memory: the caller that asks all the time is verified once a minute. */
const mostKept = 2_000;
const keptMs = 60_000;
/** Longer ones are not tokens of people. */
const maxTokenLength = 8_192;

interface Kept {
  caller: Caller;
  until: number;
  generation: number;
}

export class JwtVerifier {
  private readonly kept = new Map<string, Kept>();
  /** Keys in the form that verifies, which is costly to make. */
  private readonly keys = new WeakMap<Trust, JWTVerifyGetKey>();

  /** @param now wall clock, milliseconds since 1970 */
  constructor(
    private readonly source: TrustSource,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * The caller that a token proves.
   * @throws InvalidTokenError when it proves none; VerifierUnavailableError when the issuer's keys cannot be had;
   *   AuthNotConfiguredError when there is no issuer.
   */
  async verify(token: string): Promise<Caller> {
    if (token.length > maxTokenLength) throw new InvalidTokenError('The token is too long.');
    const trust = required(await this.trusted());
    const { generation } = this.source;
    const kept = this.kept.get(token);
    if (kept?.generation === generation && this.now() < kept.until) return kept.caller;
    const { trust: by, payload } = await this.payloadOf(token, trust);
    const caller: Caller = {
      subject: payload.sub ?? '',
      roles: rolesOf(payload, by.rolesClaim),
      kind: 'jwt',
    };
    if (caller.subject === '') throw new InvalidTokenError('The token names no subject.');
    this.keep(token, caller, payload);
    return caller;
  }

  /** With one more look where nothing has been published: the first token makes the issuer. */
  private async trusted(): Promise<Trust | 'none' | undefined> {
    const trust = await this.source.current();
    return trust === 'none' ? ((await this.source.afterMiss()) ?? trust) : trust;
  }

  /** With one more look at the keys when the token names one that is not there. */
  private async payloadOf(token: string, trust: Trust): Promise<{ trust: Trust; payload: JWTPayload }> {
    try {
      return { trust, payload: await this.verified(token, trust) };
    } catch (error) {
      const newer = error instanceof errors.JWKSNoMatchingKey ? await this.source.afterMiss() : undefined;
      if (newer === undefined || newer === 'none') throw invalid(error);
      try {
        return { trust: newer, payload: await this.verified(token, newer) };
      } catch (again) {
        throw invalid(again);
      }
    }
  }

  private async verified(token: string, trust: Trust): Promise<JWTPayload> {
    const { issuer, audience } = trust;
    const { payload } = await jwtVerify(token, this.keysOf(trust), {
      issuer,
      audience,
      algorithms,
      clockTolerance: skewSeconds,
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(this.now()),
    });
    return payload;
  }

  private keysOf(trust: Trust): JWTVerifyGetKey {
    const known = this.keys.get(trust) ?? createLocalJWKSet({ keys: trust.keys });
    this.keys.set(trust, known);
    return known;
  }

  private keep(token: string, caller: Caller, { exp = 0 }: JWTPayload): void {
    const until = Math.min(exp * 1000, this.now() + keptMs);
    this.kept.delete(token);
    this.kept.set(token, { caller, until, generation: this.source.generation });
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
  }
}

function required(trust: Trust | 'none' | undefined): Trust {
  if (trust === undefined) throw new VerifierUnavailableError("The issuer's keys cannot be had.");
  if (trust !== 'none') return trust;
  throw new AuthNotConfiguredError(
    'This tenant has issued no token yet, and its workload has no AUTH_ISSUER, AUTH_JWKS_URL and AUTH_AUDIENCE.',
  );
}

function invalid(error: unknown): unknown {
  return error instanceof errors.JOSEError ? new InvalidTokenError(reasonOf(error), { cause: error }) : error;
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The claim ${error.claim} of the token is not what is asked for here.`;
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `The token must be signed with ${algorithms.join(', ')}.`;
  return 'The token is not one of the issuer of this tenant.';
}
