import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';

export interface BrandingPlace {
  /** Of the object `current.json`; the others of the branding lie beside it. */
  url: string;
  tokenFile: string;
}

const timeoutMs = 3_000;

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

/** `node:http` instead of `fetch`: it is loaded already, and spares an idle pod the memory of a second HTTP client. */
async function get(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  return await new Promise((resolve, reject) => {
    request(url, { headers, signal: AbortSignal.timeout(timeoutMs) }, resolve)
      .on('error', reject)
      .end();
  });
}

/** @throws Error beyond `maxBytes` */
export async function readAll(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxBytes) throw new Error(`The branding object is longer than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
