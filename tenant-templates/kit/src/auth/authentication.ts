/** The proofs that this workload takes, and the guards of its routes. */
import { performance } from 'node:perf_hooks';
import type { PodConfig } from '../config/pod-config.js';
import type { Logger } from '../log/logger.js';
import { demandOf, type Access } from './access.js';
import { ApiKeys } from './api-keys.js';
import type { Proof } from './bearer.js';
import type { Caller } from './caller.js';
import { accessFetcher, fetchTrust, type Published } from './fetch-trust.js';
import { guardOf, type Guard } from './guard.js';
import type { JwtVerifier } from './jwt-verifier.js';
import { Refreshed } from './refreshed.js';
import { namedIssuer, publishedIssuer, type TrustSource } from './trust-source.js';
import type { Trust } from './trust.js';

/** A key that was deleted is believed no longer than this. */
const publishedFreshMs = 10_000;
const jwksFreshMs = 5 * 60_000;

/** Nothing is asked for before the first proof comes. */
export class Authentication {
  private readonly apiKeys: ApiKeys;
  private readonly trust: TrustSource;
  private jwt: Promise<JwtVerifier> | undefined;

  constructor(
    private readonly config: Pick<PodConfig, 'auth' | 'branding' | 'parameters'>,
    logger: Logger,
  ) {
    const { auth, branding } = config;
    const now = (): number => performance.now();
    const onFailure = (reason: string): void =>
      logger.warn('whose proofs count could not be loaded; what is known stays', { reason });
    const published = new Refreshed<Published>({
      fetch: accessFetcher(branding),
      freshMs: publishedFreshMs,
      now,
      onFailure,
    });
    this.apiKeys = new ApiKeys(published);
    this.trust =
      auth === undefined
        ? publishedIssuer(published)
        : namedIssuer(
            new Refreshed<Trust>({ fetch: () => fetchTrust(auth), freshMs: jwksFreshMs, now, onFailure }),
          );
  }

  /** The guard of a route; undefined for one that everybody may call. */
  guard(access: Access | undefined): Guard | undefined {
    const demand = demandOf(access, this.config.parameters.auth);
    return demand && guardOf(demand, (proof) => this.verify(proof));
  }

  private async verify({ kind, value }: Proof): Promise<Caller> {
    if (kind === 'api-key') return await this.apiKeys.verify(value);
    this.jwt ??= import('./jwt-verifier.js').then(({ JwtVerifier }) => new JwtVerifier(this.trust));
    return await (await this.jwt).verify(value);
  }
}
