/** The issuer's public keys: asked for with the first token, kept, and asked for again when a token names a new one. */
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import * as z from 'zod/mini';
import { VerifierUnavailableError } from './auth-errors.js';

/** A key that the issuer has withdrawn is believed no longer than this. */
const freshMs = 5 * 60_000;
/** Tokens of strangers name keys that do not exist: they cost the issuer one question in this time. */
const pauseAfterMissMs = 5_000;
const pauseAfterFailureMs = 1_000;

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
type Jwks = z.infer<typeof jwksSchema>;

export interface KeySetOptions {
  /** The JWKS document, parsed from JSON. */
  fetch: () => Promise<unknown>;
  /** Milliseconds, never going back. */
  now: () => number;
  /** Told once a reason. */
  onFailure: (reason: string) => void;
}

export class KeySet {
  /** Goes up with each change of the keys, so that what was verified with the earlier ones is not believed any more. */
  generation = 0;
  private keys: JWTVerifyGetKey | undefined;
  private document = '';
  private freshUntil = -Infinity;
  private retryAt = -Infinity;
  private missAllowedAt = -Infinity;
  private inFlight: Promise<void> | undefined;
  private lastFailure: string | undefined;

  constructor(private readonly options: KeySetOptions) {}

  /**
   * The key that a token names.
   * @throws VerifierUnavailableError when there are no keys yet; jose's JWKSNoMatchingKey when none fits.
   */
  readonly key: JWTVerifyGetKey = async (header, token) => {
    await this.refreshWhenStale();
    try {
      return await this.current()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.mayAskForMissing()) throw error;
      await this.refresh();
      return await this.current()(header, token);
    }
  };

  /** Asks for the keys again when they are old; the last good ones stay while the issuer is away. */
  async refreshWhenStale(): Promise<void> {
    const now = this.options.now();
    if (now < this.freshUntil || (now < this.retryAt && this.inFlight === undefined)) return;
    await this.refresh();
  }

  private current(): JWTVerifyGetKey {
    if (this.keys === undefined) throw new VerifierUnavailableError("The issuer's keys cannot be had.");
    return this.keys;
  }

  private mayAskForMissing(): boolean {
    const now = this.options.now();
    if (this.inFlight !== undefined) return true;
    if (now < this.missAllowedAt) return false;
    this.missAllowedAt = now + pauseAfterMissMs;
    return true;
  }

  private refresh(): Promise<void> {
    this.inFlight ??= this.ask().finally(() => (this.inFlight = undefined));
    return this.inFlight;
  }

  private async ask(): Promise<void> {
    try {
      this.take(parseJwks(await this.options.fetch()));
      this.freshUntil = this.options.now() + freshMs;
      this.lastFailure = undefined;
    } catch (error) {
      this.retryAt = this.options.now() + pauseAfterFailureMs;
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.lastFailure) this.options.onFailure(reason);
      this.lastFailure = reason;
    }
  }

  private take(jwks: Jwks): void {
    const document = JSON.stringify(jwks);
    if (document === this.document) return;
    this.keys = createLocalJWKSet(jwks);
    this.document = document;
    this.generation += 1;
  }
}

/** @throws Error when the document is no JWKS. */
function parseJwks(document: unknown): Jwks {
  const parsed = jwksSchema.safeParse(document);
  if (!parsed.success) throw new Error('The issuer answered something else than a JWKS document.');
  return parsed.data;
}
