import { createPrivateKey } from 'node:crypto';
import { exportJWK, exportPKCS8, generateKeyPair, SignJWT, type JWK } from 'jose';
import { newId } from '../platform/ids.js';
import type { KeyEnvelope, SealedKey } from '../pulumi-service/secrets/key-envelope.js';
import type { KeyTerms } from './key-terms.js';

export const signingAlgorithm = 'ES256';

/** A signing key as the database has it. */
export interface IssuerKey extends KeyTerms {
  readonly id: string;
  readonly publicJwk: JWK;
  readonly sealed: SealedKey;
}

export interface TokenClaims {
  readonly issuer: string;
  readonly audience: string;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly expiresAt: Date;
  readonly more: Readonly<Record<string, string>>;
}

/** Makes signing keys and signs with them. A private key is open only while it signs, and bound to its tenant and id. */
export class IssuerKeys {
  constructor(private readonly envelope: KeyEnvelope) {}

  /** A new key of a tenant; its id is its `kid`. */
  async make(tenantId: string): Promise<Pick<IssuerKey, 'id' | 'publicJwk' | 'sealed'>> {
    const id = newId('isk');
    const { privateKey, publicKey } = await generateKeyPair(signingAlgorithm, { extractable: true });
    const publicJwk = { ...(await exportJWK(publicKey)), kid: id, alg: signingAlgorithm, use: 'sig' };
    const secret = Buffer.from(await exportPKCS8(privateKey));
    return { id, publicJwk, sealed: await this.envelope.seal(secret, context(tenantId, id)) };
  }

  /** @throws Error when the key was sealed for another tenant or with another key file */
  async sign(tenantId: string, { id, sealed }: IssuerKey, claims: TokenClaims): Promise<string> {
    const opened = await this.envelope.open(sealed, context(tenantId, id));
    return new SignJWT({ ...claims.more, roles: [...claims.roles] })
      .setProtectedHeader({ alg: signingAlgorithm, kid: id, typ: 'JWT' })
      .setIssuer(claims.issuer)
      .setAudience(claims.audience)
      .setSubject(claims.subject)
      .setIssuedAt()
      .setExpirationTime(claims.expiresAt)
      .setJti(crypto.randomUUID())
      .sign(createPrivateKey(opened));
  }
}

function context(tenantId: string, keyId: string): string {
  return `issuer:${tenantId}:${keyId}`;
}
