import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { parseBranding, type Branding } from './branding.js';

export type BrandingAnswer =
  | { kind: 'loaded'; branding: Branding; etag: string | undefined }
  | { kind: 'unchanged' }
  | { kind: 'absent' };

export interface BrandingPlace {
  url: string;
  tokenFile: string;
}

const timeoutMs = 3_000;
const maxBytes = 64 * 1024;

/**
 * Asks the object store for the branding object (Cloud Storage JSON API, `alt=media`). The token is read each time,
 * because it is renewed in its file.
 * @throws Error when the store cannot be reached, refuses, or holds something else than branding.
 */
export async function fetchBranding(place: BrandingPlace, etag: string | undefined): Promise<BrandingAnswer> {
  const token = (await readFile(place.tokenFile, 'utf8')).trim();
  const response = await get(place.url, {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
  });
  if (response.statusCode === 200) {
    return { kind: 'loaded', branding: parseBranding(await readText(response)), etag: response.headers.etag };
  }
  response.resume();
  if (response.statusCode === 304) return { kind: 'unchanged' };
  if (response.statusCode === 404) return { kind: 'absent' };
  throw new Error(`The object store answered ${response.statusCode ?? 0} to the request for the branding.`);
}

/** `node:http` instead of `fetch`: it is loaded already, and spares an idle pod the memory of a second HTTP client. */
async function get(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return await new Promise((resolve, reject) => {
    request(url, { headers, signal: AbortSignal.timeout(timeoutMs) }, resolve)
      .on('error', reject)
      .end();
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxBytes) throw new Error(`The branding object is longer than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
