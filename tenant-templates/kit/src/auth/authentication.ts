/** The proofs that this workload takes, and the guards of its routes. */
import { performance } from 'node:perf_hooks';
import type { AuthConfig } from '../config/auth-config.js';
import { get, readAll } from '../http/get.js';
import type { Logger } from '../log/logger.js';
import { demandOf, type Access, type AuthMode } from './access.js';
import { AuthNotConfiguredError } from './auth-errors.js';
import type { Proof } from './bearer.js';
import type { Caller } from './caller.js';
import { guardOf, type Guard } from './guard.js';
import type { JwtVerifier } from './jwt-verifier.js';

const maxJwksBytes = 256 * 1024;

export interface AuthenticationOptions {
  /** Absent: the workload has no issuer. */
  issuer: AuthConfig | undefined;
  mode: AuthMode;
  /** @throws as `Verify` does */
  verifyApiKey: (key: string) => Promise<Caller>;
  logger: Logger;
}

export class Authentication {
  private jwt: Promise<JwtVerifier> | undefined;

  constructor(private readonly options: AuthenticationOptions) {}

  /** The guard of a route; undefined for one that everybody may call. */
  guard(access: Access | undefined): Guard | undefined {
    const demand = demandOf(access, this.options.mode);
    return demand && guardOf(demand, (proof) => this.verify(proof));
  }

  private async verify({ kind, value }: Proof): Promise<Caller> {
    if (kind === 'api-key') return await this.options.verifyApiKey(value);
    this.jwt ??= this.verifier();
    return await (await this.jwt).verify(value);
  }

  private async verifier(): Promise<JwtVerifier> {
    const { issuer: config, logger } = this.options;
    if (config === undefined) {
      throw new AuthNotConfiguredError(
        'This workload has no issuer: set AUTH_ISSUER, AUTH_JWKS_URL and AUTH_AUDIENCE.',
      );
    }
    const [{ JwtVerifier }, { KeySet }] = await Promise.all([
      import('./jwt-verifier.js'),
      import('./key-set.js'),
    ]);
    const keys = new KeySet({
      fetch: () => fetchJson(config.jwksUrl),
      now: () => performance.now(),
      onFailure: (reason) => logger.warn("the issuer's keys could not be loaded", { reason }),
    });
    return new JwtVerifier({ ...config, keys, now: Date.now });
  }
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await get(url, { accept: 'application/json' });
  if (response.statusCode !== 200) {
    response.resume();
    throw new Error(`The issuer answered ${response.statusCode ?? 0} to the request for its keys.`);
  }
  return JSON.parse((await readAll(response, maxJwksBytes)).toString('utf8'));
}
