import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A signer of tokens (RFC 7519, ES256) and the key that proves them. */
export interface Signer {
  readonly jwks: string;
  token(claims: Readonly<Record<string, unknown>>): string;
}

export function newSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'ES256', use: 'sig' };
  return { jwks: JSON.stringify({ keys: [jwk] }), token: (claims) => signed(claims, privateKey) };
}

function signed(claims: Readonly<Record<string, unknown>>, key: KeyObject): string {
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: 'ES256', kid: 'bench', typ: 'JWT' },
    { iat: now, exp: now + 3600, ...claims },
  ];
  const content = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}
