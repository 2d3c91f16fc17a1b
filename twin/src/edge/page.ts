import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** An answer of the edge itself: plain text, a sentence for whoever looks at it. */
export interface Page {
  status: number;
  text: string;
  retryAfterSeconds?: number;
  /** Ends the connection with the answer: for requests that were not read to their end. */
  close?: boolean;
}

/** Sends a page; where an answer has begun already, its connection is cut, so that nobody takes it for whole. */
export function sendPage(answer: ServerResponse, { status, text, retryAfterSeconds, close }: Page): void {
  if (answer.headersSent || answer.destroyed) {
    answer.destroy();
    return;
  }
  const body = `${text}\n`;
  const headers: OutgoingHttpHeaders = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
    ...(close === true ? { connection: 'close' } : {}),
  };
  answer.writeHead(status, headers);
  answer.end(body);
}
