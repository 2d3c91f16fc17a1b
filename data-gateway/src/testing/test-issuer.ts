import { rename, writeFile } from 'node:fs/promises';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';

export interface TokenClaims {
  readonly subject?: string;
  readonly audience?: string;
  /** Seconds from now; negative for a token that has expired. */
  readonly expiresIn?: number;
  readonly claimedNamespace?: string;
}

/** Signs tokens as the twin does for pods, and publishes its keys in a file. */
export class TestIssuer {
  #keyId = 0;
  readonly #published: object[] = [];

  private constructor(
    private readonly jwksFile: string,
    private key: CryptoKey,
  ) {}

  static async create(jwksFile: string): Promise<TestIssuer> {
    const { privateKey } = await generateKeyPair('ES256');
    const issuer = new TestIssuer(jwksFile, privateKey);
    await issuer.rotate();
    return issuer;
  }

  /** Signs with a new key from now on; the old ones stay valid. */
  async rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    this.key = privateKey;
    this.#keyId++;
    this.#published.push({
      ...(await exportJWK(publicKey)),
      kid: `key-${this.#keyId}`,
      alg: 'ES256',
      use: 'sig',
    });
    await writeFile(`${this.jwksFile}.new`, JSON.stringify({ keys: this.#published }));
    await rename(`${this.jwksFile}.new`, this.jwksFile);
  }

  podToken(namespace: string, claims: TokenClaims = {}): Promise<string> {
    return this.token({
      subject: `system:serviceaccount:${namespace}:app`,
      claimedNamespace: namespace,
      ...claims,
    });
  }

  controlPlaneToken(): Promise<string> {
    return this.token({ subject: 'system:serviceaccount:leasehold-system:control-plane' });
  }

  token({
    subject = '',
    audience = 'data-gateway',
    expiresIn = 3600,
    claimedNamespace,
  }: TokenClaims): Promise<string> {
    const extra = claimedNamespace === undefined ? {} : { 'kubernetes.io': { namespace: claimedNamespace } };
    return new SignJWT(extra)
      .setProtectedHeader({ alg: 'ES256', kid: `key-${this.#keyId}` })
      .setIssuer('https://twin.leasehold.local')
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresIn)
      .sign(this.key);
  }
}
