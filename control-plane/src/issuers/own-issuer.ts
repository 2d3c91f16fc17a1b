import { importJWK, type JWK } from 'jose';
import { z } from 'zod';
import { AppError } from '../platform/app-error.js';
import type { Reach } from '../webhooks/reachable-address.js';
import { guardedGet, GuardedGetError } from './guarded-get.js';
import type { IssuerBody } from './issuer.schema.js';
import type { OwnIssuer } from './issuers.repository.js';

const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });
const jwksDocument = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });
/** Nothing of a key but what verifies: a private part that somebody publishes by mistake stays with them. */
const publicParts = ['kty', 'kid', 'alg', 'use', 'crv', 'x', 'y', 'n', 'e'] as const;
/** By the type of the key: what the pods verify (a key of another kind verifies nothing, and is left out). */
const algorithms: Readonly<Record<string, string>> = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' };

/**
 * Learns of a client's own issuer what pods need, from its discovery document or, where that is named, its keys alone.
 * @throws AppError `issuer_unusable` that names the field
 */
export async function learnIssuer(
  body: IssuerBody & { kind: 'oidc' },
  reach: Reach,
  signal: AbortSignal,
): Promise<OwnIssuer> {
  const { issuer = '', audience = '', rolesClaim = 'roles' } = body;
  const jwksUrl = body.jwksUrl ?? (await discoverKeys(issuer, reach, signal));
  const jwks = await named('jwksUrl', () => fetchKeys(jwksUrl, reach, signal));
  return { issuer, audience, rolesClaim, jwksUrl, jwks };
}

/** The public keys at a URL that can verify what pods accept. @throws GuardedGetError */
export async function fetchKeys(
  url: string,
  reach: Reach,
  signal: AbortSignal,
): Promise<{ keys: readonly JWK[] }> {
  const parsed = jwksDocument.safeParse(await guardedGet(url, reach, signal));
  if (!parsed.success) throw new GuardedGetError('did not answer with a JWKS document');
  const keys: JWK[] = [];
  for (const key of parsed.data.keys) {
    const known = publicPart(key);
    if (known !== undefined && (await verifies(known))) keys.push(known);
  }
  if (keys.length === 0) throw new GuardedGetError('has no key for RS256, ES256 or EdDSA');
  return { keys };
}

async function discoverKeys(issuer: string, reach: Reach, signal: AbortSignal): Promise<string> {
  return named('issuer', async () => {
    const url = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
    const parsed = discovery.safeParse(await guardedGet(url, reach, signal));
    if (!parsed.success)
      throw new GuardedGetError('has no discovery document that names issuer and jwks_uri');
    // https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
    if (parsed.data.issuer !== issuer) throw new GuardedGetError('is another one in its discovery document');
    return parsed.data.jwks_uri;
  });
}

/** A refusal of the field that led there. */
async function named<T>(field: 'issuer' | 'jwksUrl', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GuardedGetError)) throw error;
    throw new AppError('not_allowed', 'issuer_unusable', {
      publicMessage: `The ${field} ${error.message}.`,
      errors: [{ pointer: `/${field}`, message: error.message }],
      cause: error,
    });
  }
}

function publicPart(key: Readonly<Record<string, unknown>>): JWK | undefined {
  const known: JWK = {};
  for (const name of publicParts) {
    const value = key[name];
    if (typeof value === 'string') known[name] = value;
  }
  const expected = algorithms[known.kty ?? ''];
  if (expected === undefined || (known.use ?? 'sig') !== 'sig') return undefined;
  return (known.alg ?? expected) === expected ? { ...known, alg: expected } : undefined;
}

async function verifies(key: JWK): Promise<boolean> {
  try {
    await importJWK(key);
    return true;
  } catch {
    // A key that nobody can read verifies nothing: the others may.
    return false;
  }
}
