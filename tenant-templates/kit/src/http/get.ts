import type { IncomingMessage } from 'node:http';

const timeoutMs = 3_000;

/** `node:http` instead of `fetch`: it is loaded already, and spares an idle pod the memory of a second HTTP client. */
export async function get(url: string, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
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
    if (size > maxBytes) throw new Error(`The answer is longer than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
