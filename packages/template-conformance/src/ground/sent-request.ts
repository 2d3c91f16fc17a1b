import { request } from 'node:http';
import type { Answer } from './pod.js';

/** A request on a connection of its own, whose way can be followed. */
export interface SentRequest {
  /** Resolves when all of it has left this process, or never will. */
  readonly sent: Promise<void>;
  /** The answer; undefined when the connection ended without a whole one. */
  readonly answer: Promise<Answer | undefined>;
}

export function sendRequest(url: string, { method = 'GET', headers, body }: RequestInit = {}): SentRequest {
  const outgoing = request(url, { method, headers: Object.fromEntries(new Headers(headers)), agent: false });
  const sent = new Promise<void>((resolve) => {
    outgoing.once('finish', resolve);
    outgoing.once('close', resolve);
  });
  const answer = new Promise<Answer | undefined>((resolve) => {
    outgoing.once('error', () => resolve(undefined));
    outgoing.once('close', () => resolve(undefined));
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', () => resolve(undefined));
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(textHeaders(response.headers)),
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
  });
  outgoing.end(typeof body === 'string' ? body : undefined);
  return { sent, answer };
}

function textHeaders(headers: Record<string, string | string[] | undefined>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  );
}
