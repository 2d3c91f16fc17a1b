/** Tokens of the tenant's issuer. Loaded with the first token: a pod that asks for none starts without jose. */
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { InvalidTokenError, VerifierUnavailableError } from './auth-errors.js';
import type { Caller } from './caller.js';
import type { KeySet } from './key-set.js';
import { rolesOf } from './roles-claim.js';

/** Asymmetric only: with a shared secret among them, a public key could be passed off as one. */
const algorithms = ['ES256', 'RS256', 'EdDSA'];
/** Between the clocks of the issuer and the pod. */
const skewSeconds = 10;
/** Verified tokens in memory: the caller that asks all the time is verified once a minute. */
const mostKept = 2_000;
const keptMs = 60_000;
/** Longer ones are not tokens of people. */
const maxTokenLength = 8_192;

export interface JwtVerifierOptions {
  issuer: string;
  audience: string;
  rolesClaim: string;
  keys: KeySet;
  /** Wall clock, milliseconds since 1970. */
  now: () => number;
}

interface Kept {
  caller: Caller;
  until: number;
  generation: number;
}

export class JwtVerifier {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly options: JwtVerifierOptions) {}

  /**
   * The caller that a token proves.
   * @throws InvalidTokenError when it proves none; VerifierUnavailableError when the issuer's keys cannot be had.
   */
  async verify(token: string): Promise<Caller> {
    if (token.length > maxTokenLength) throw new InvalidTokenError('The token is too long.');
    const { keys, now } = this.options;
    await keys.refreshWhenStale();
    const kept = this.kept.get(token);
    if (kept && kept.generation === keys.generation && now() < kept.until) return kept.caller;
    const payload = await this.payloadOf(token);
    const caller: Caller = {
      subject: payload.sub ?? '',
      roles: rolesOf(payload, this.options.rolesClaim),
      kind: 'jwt',
    };
    if (caller.subject === '') throw new InvalidTokenError('The token names no subject.');
    this.keep(token, caller, payload);
    return caller;
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    const { issuer, audience, keys, now } = this.options;
    try {
      const { payload } = await jwtVerify(token, keys.key, {
        issuer,
        audience,
        algorithms,
        clockTolerance: skewSeconds,
        requiredClaims: ['sub', 'exp'],
        currentDate: new Date(now()),
      });
      return payload;
    } catch (error) {
      if (error instanceof VerifierUnavailableError) throw error;
      if (error instanceof errors.JOSEError) throw new InvalidTokenError(reasonOf(error), { cause: error });
      throw error;
    }
  }

  private keep(token: string, caller: Caller, { exp = 0 }: JWTPayload): void {
    const until = Math.min(exp * 1000, this.options.now() + keptMs);
    this.kept.delete(token);
    this.kept.set(token, { caller, until, generation: this.options.keys.generation });
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
  }
}

function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The claim ${error.claim} of the token is not what is asked for here.`;
  if (error instanceof errors.JOSEAlgNotAllowed)
    return `The token must be signed with ${algorithms.join(', ')}.`;
  return 'The token is not one of the issuer of this tenant.';
}
