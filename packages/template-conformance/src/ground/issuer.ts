import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

/** Signs what the platform and a tenant's issuer sign: tokens of pods for the data gateway, and of a tenant's users. */
export class Issuer {
  private constructor(
    private readonly key: CryptoKey,
    readonly jwks: { keys: JWK[] },
  ) {}

  static async create(): Promise<Issuer> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'conformance', alg: 'ES256', use: 'sig' };
    return new Issuer(privateKey, { keys: [jwk] });
  }

  /** The projected token of a pod's service account. */
  podToken(namespace: string): Promise<string> {
    return this.signed({ 'kubernetes.io': { namespace } })
      .setIssuer('https://conformance.leasehold.local')
      .setSubject(`system:serviceaccount:${namespace}:app`)
      .setAudience('data-gateway')
      .sign(this.key);
  }

  /** A token of one of the tenant's users. */
  userToken(issuer: string, audience: string, roles: readonly string[]): Promise<string> {
    return this.signed({ roles })
      .setIssuer(issuer)
      .setSubject('conformance-user')
      .setAudience(audience)
      .sign(this.key);
  }

  private signed(claims: Record<string, unknown>): SignJWT {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'conformance' })
      .setIssuedAt()
      .setExpirationTime('1h');
  }
}
