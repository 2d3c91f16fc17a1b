import { SignJWT, importJWK, jwtVerify, type CryptoKey } from 'jose';
import { z } from 'zod';
import { publicHalf, type IssuerKey } from './issuer-key.js';

export const issuer = 'https://twin.leasehold.local';
/** Who the control plane is for the data gateway and the object store. */
export const controlPlaneAccount = {
  namespace: 'leasehold-system',
  serviceAccount: 'control-plane',
} as const;
export const tokenLifetimeSeconds = 3_600;

export interface TokenRequest {
  namespace: string;
  serviceAccount: string;
  /** `data-gateway` or `storage`. */
  audience: string;
  /** The pod that the token is bound to. */
  pod?: { name: string; uid: string };
  /** Defaults to one hour. */
  lifetimeSeconds?: number;
}

/** Issues and checks tokens of the form that Kubernetes projects into pods (service account tokens, bound to a pod). */
export class TokenIssuer {
  private constructor(
    private readonly key: CryptoKey | Uint8Array,
    private readonly keyId: string,
  ) {}

  static async of(jwk: IssuerKey): Promise<TokenIssuer> {
    return new TokenIssuer(await importJWK(jwk, 'ES256'), jwk.kid);
  }

  async issue({ namespace, serviceAccount, audience, pod, lifetimeSeconds }: TokenRequest): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const bound = { namespace, serviceaccount: { name: serviceAccount }, ...(pod ? { pod } : {}) };
    return new SignJWT({ 'kubernetes.io': bound })
      .setProtectedHeader({ alg: 'ES256', kid: this.keyId, typ: 'JWT' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subjectOf({ namespace, serviceAccount }))
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + (lifetimeSeconds ?? tokenLifetimeSeconds))
      .sign(this.key);
  }
}

export interface Account {
  namespace: string;
  serviceAccount: string;
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#service-account-tokens */
export const subjectOf = ({ namespace, serviceAccount }: Account): string =>
  `system:serviceaccount:${namespace}:${serviceAccount}`;

const subjectSchema = z.string().transform((subject, context) => {
  const [, namespace, serviceAccount] =
    /^system:serviceaccount:([a-z0-9-]+):([a-z0-9.-]+)$/.exec(subject) ?? [];
  if (namespace !== undefined && serviceAccount !== undefined) return { namespace, serviceAccount };
  context.addIssue({ code: 'custom', message: 'is not a service account' });
  return z.NEVER;
});

/** Checks tokens with the public half of the issuer's key. */
export class TokenVerifier {
  private constructor(
    private readonly key: CryptoKey | Uint8Array,
    private readonly audience: string,
  ) {}

  static async of(key: IssuerKey, audience: string): Promise<TokenVerifier> {
    return new TokenVerifier(await importJWK(publicHalf(key), 'ES256'), audience);
  }

  /** Whose token it is; undefined when it is forged, expired or meant for another audience. */
  async verify(token: string): Promise<Account | undefined> {
    try {
      const options = { issuer, audience: this.audience, algorithms: ['ES256'], requiredClaims: ['exp'] };
      const { payload } = await jwtVerify(token, this.key, options);
      return subjectSchema.safeParse(payload.sub).data;
    } catch {
      return undefined;
    }
  }
}
