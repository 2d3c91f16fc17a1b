import { createServer, type Server, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export interface TokenOptions {
  subject?: string;
  /** The tenant's id. */
  audience: string;
  roles?: readonly string[];
  /** Seconds from now; negative for a token that has expired. */
  expiresIn?: number;
  issuer?: string;
  claims?: Record<string, unknown>;
}

/** An issuer of tokens with its keys on loopback, as the control plane is one for each tenant. */
export class TestIssuer implements AsyncDisposable {
  /** How often the keys were asked for. */
  asked = 0;
  /** Its keys are answered with 503 while true. */
  away = false;
  private published: JWK[] = [];
  private key: CryptoKey | undefined;
  private keyId = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<TestIssuer> {
    const server = createServer((request, response) => issuer.answer(request.url ?? '', response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The issuer has no port.');
    const issuer: TestIssuer = new TestIssuer(server, `http://127.0.0.1:${address.port}`);
    await issuer.rotate();
    return issuer;
  }

  get jwksUrl(): string {
    return `${this.url}/jwks.json`;
  }

  /** The `AUTH_*` variables of a pod whose tenant is `audience`. */
  environment(audience: string): Record<string, string> {
    return { AUTH_ISSUER: this.url, AUTH_JWKS_URL: this.jwksUrl, AUTH_AUDIENCE: audience };
  }

  /** Signs with a new key from now on; the earlier keys stay published unless they are withdrawn. */
  async rotate(earlier: 'kept' | 'withdrawn' = 'kept'): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    this.key = privateKey;
    this.keyId += 1;
    const jwk = { ...(await exportJWK(publicKey)), kid: `key-${this.keyId}`, alg: 'ES256', use: 'sig' };
    this.published = earlier === 'kept' ? [...this.published, jwk] : [jwk];
  }

  /** A token, valid for an hour unless said otherwise. */
  token(options: TokenOptions): Promise<string> {
    if (this.key === undefined) throw new Error('The issuer has no key yet.');
    return new SignJWT({ roles: [...(options.roles ?? ['user'])], ...options.claims })
      .setProtectedHeader({ alg: 'ES256', kid: `key-${this.keyId}`, typ: 'JWT' })
      .setIssuer(options.issuer ?? this.url)
      .setSubject(options.subject ?? 'somebody')
      .setAudience(options.audience)
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + (options.expiresIn ?? 3600))
      .sign(this.key);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private answer(path: string, response: ServerResponse): void {
    this.asked += 1;
    response.statusCode = this.away ? 503 : path === '/jwks.json' ? 200 : 404;
    response.end(JSON.stringify(response.statusCode === 200 ? { keys: this.published } : {}));
  }
}
