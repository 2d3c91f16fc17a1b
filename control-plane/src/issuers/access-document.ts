import type { JWK } from 'jose';

/** An API key of a caller, as pods know it: its hash. */
export interface CallerKeyEntry {
  readonly id: string;
  /** SHA-256 of the key, in hex. */
  readonly hash: string;
  readonly roles: readonly string[];
  readonly expiresAt: Date | undefined;
}

export interface AccessFacts {
  readonly revision: number;
  readonly issuer: string;
  readonly audience: string;
  readonly rolesClaim: string;
  readonly keys: readonly JWK[];
  readonly callerKeys: readonly CallerKeyEntry[];
}

/** What the pods of a tenant read of those who may call: `access.json` beside the branding (tenant-templates/kit reads it). */
export function accessDocument({ callerKeys, ...facts }: AccessFacts): object {
  return {
    ...facts,
    apiKeys: callerKeys.map(({ id, hash, roles, expiresAt }) => ({
      id,
      hash,
      roles,
      ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    })),
  };
}
