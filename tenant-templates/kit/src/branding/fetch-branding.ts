import { createHash } from 'node:crypto';
import { readAll } from '../http/get.js';
import { getObject, type BrandingPlace } from './branding-store.js';
import { parseBranding, parsePreview, type Branding, type DraftPreview } from './branding.js';

export type BrandingAnswer =
  | { kind: 'loaded'; branding: Branding; etag: string | undefined }
  | { kind: 'unchanged' }
  | { kind: 'absent' };

const maxBytes = 64 * 1024;
const maxAssetBytes = 2 * 1024 * 1024;

/** @throws Error when the store cannot be reached, refuses, or holds something else than branding. */
export async function fetchBranding(place: BrandingPlace, etag: string | undefined): Promise<BrandingAnswer> {
  const response = await getObject(place, 'current.json', {
    accept: 'application/json',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
  });
  if (response.statusCode === 200) {
    const text = (await readAll(response, maxBytes)).toString('utf8');
    return { kind: 'loaded', branding: parseBranding(text), etag: response.headers.etag };
  }
  response.resume();
  if (response.statusCode === 304) return { kind: 'unchanged' };
  if (response.statusCode === 404) return { kind: 'absent' };
  throw refused(response.statusCode);
}

/** The draft of a preview link; undefined when there is none under this token. */
export async function fetchPreview(place: BrandingPlace, token: string): Promise<DraftPreview | undefined> {
  const name = createHash('sha256').update(token).digest('hex');
  const bytes = await fetchIfThere(place, `previews/${name}.json`, maxBytes);
  return bytes && parsePreview(bytes.toString('utf8'));
}

/** The bytes of a picture; undefined when there is none of this name. */
export function fetchAsset(place: BrandingPlace, name: string): Promise<Buffer | undefined> {
  return fetchIfThere(place, `assets/${name}`, maxAssetBytes);
}

async function fetchIfThere(
  place: BrandingPlace,
  object: string,
  limit: number,
): Promise<Buffer | undefined> {
  const response = await getObject(place, object);
  if (response.statusCode === 200) return readAll(response, limit);
  response.resume();
  if (response.statusCode === 404) return undefined;
  throw refused(response.statusCode);
}

function refused(status: number | undefined): Error {
  return new Error(`The object store answered ${status ?? 0} to the request for the branding.`);
}
