import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from '../http/get.js';

export interface BrandingPlace {
  /** Of the object `current.json`; the others of the branding lie beside it. */
  url: string;
  tokenFile: string;
}

/**
 * Asks the object store for an object of the branding (Cloud Storage JSON API, `alt=media`). The token is read each
 * time, because it is renewed in its file.
 * @param object such as `current.json` or `assets/<name>`
 */
export async function getObject(
  place: BrandingPlace,
  object: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingMessage> {
  const token = (await readFile(place.tokenFile, 'utf8')).trim();
  return await get(urlBeside(place.url, object), { authorization: `Bearer ${token}`, ...headers });
}

function urlBeside(url: string, object: string): string {
  const at = url.lastIndexOf('current.json');
  return `${url.slice(0, at)}${encodeURIComponent(object)}${url.slice(at + 'current.json'.length)}`;
}
