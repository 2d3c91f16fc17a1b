import { getObject, type BrandingPlace } from '../branding/branding-store.js';
import type { AuthConfig } from '../config/auth-config.js';
import { get, readAll } from '../http/get.js';
import { jwksSchema, parseAccessDocument, type AccessDocument, type Trust } from './trust.js';

const maxBytes = 512 * 1024;

/** What the platform has published of those who may call; `published` is undefined before it has. */
export interface Published {
  published: AccessDocument | undefined;
}

/** Asks the object store with the tag of the last answer, so that an unchanged one costs a few bytes. */
export function accessFetcher(place: BrandingPlace): () => Promise<Published | 'unchanged'> {
  let etag: string | undefined;
  return async () => {
    const known = etag === undefined ? {} : { 'if-none-match': etag };
    const response = await getObject(place, 'access.json', { accept: 'application/json', ...known });
    if (response.statusCode === 200) {
      const published = parseAccessDocument((await readAll(response, maxBytes)).toString('utf8'));
      etag = response.headers.etag;
      return { published };
    }
    response.resume();
    if (response.statusCode === 304) return 'unchanged';
    if (response.statusCode === 404) return { published: undefined };
    throw new Error(`The object store answered ${response.statusCode ?? 0} to the request for access.json.`);
  };
}

/** The issuer of the environment with the keys that it publishes. @throws Error when they cannot be had */
export async function fetchTrust({ issuer, audience, jwksUrl, rolesClaim }: AuthConfig): Promise<Trust> {
  const response = await get(jwksUrl, { accept: 'application/json' });
  if (response.statusCode !== 200) {
    response.resume();
    throw new Error(`The issuer answered ${response.statusCode ?? 0} to the request for its keys.`);
  }
  const parsed = jwksSchema.safeParse(JSON.parse((await readAll(response, maxBytes)).toString('utf8')));
  if (!parsed.success) throw new Error('The issuer answered something else than a JWKS document.');
  return { issuer, audience, rolesClaim, keys: parsed.data.keys };
}
