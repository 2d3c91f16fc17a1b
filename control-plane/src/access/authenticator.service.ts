import { timingSafeEqual } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AppError } from '../platform/app-error.js';
import type { Authenticator } from '../platform/http/request-hooks.js';
import type { Actor } from '../platform/request-context.js';
import { ApiKeysRepository } from './api-keys.repository.js';
import { hashApiKey, isApiKey } from './api-key.js';
import { RecentKeys } from './recent-keys.js';
import { KeyUse } from './key-use.js';
import { AccessDatabase } from './access-database.js';

/** Says who sends a request, by its API key. */
@Injectable()
export class ApiKeyAuthenticator implements Authenticator, OnModuleDestroy {
  readonly #repository = new ApiKeysRepository();
  readonly #use: KeyUse;
  readonly #trusted = new RecentKeys(10_000);

  constructor(private readonly database: AccessDatabase) {
    this.#use = new KeyUse((used) => database.run((tx) => this.#repository.touch(tx, used)), database.log);
  }

  async authenticate(authorization: string | undefined): Promise<Actor> {
    const key = bearerToken(authorization);
    const hash = hashApiKey(key);
    const found = isApiKey(key)
      ? await this.database.run((tx) => this.#repository.findUsable(tx, hash))
      : undefined;
    if (!found || !timingSafeEqual(found.secret_hash, hash)) throw unknownKey();
    this.#use.note(found.id);
    this.#trusted.add(hash);
    return {
      id: `key:${found.id}`,
      role: found.role,
      ...(found.tenant_id !== null && { tenantId: found.tenant_id }),
      ...(found.rate_limit !== null && { rateLimit: found.rate_limit }),
    };
  }

  isTrusted(authorization: string | undefined): boolean {
    const token = tokenOf(authorization);
    return token === undefined || (isApiKey(token) && this.#trusted.has(hashApiKey(token)));
  }

  async onModuleDestroy(): Promise<void> {
    await this.#use.stop();
  }
}

function bearerToken(authorization: string | undefined): string {
  const token = tokenOf(authorization);
  if (token !== undefined) return token;
  throw new AppError('unauthenticated', 'api_key_missing', {
    publicMessage: 'Send an API key: Authorization: Bearer lh_….',
    logLevel: 'debug',
  });
}

function tokenOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function unknownKey(): AppError {
  return new AppError('unauthenticated', 'api_key_invalid', {
    publicMessage: 'This API key is not known, has expired or was revoked.',
  });
}
