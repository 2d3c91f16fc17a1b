import type { FromCache } from './cache/cached-answers.js';
import { isGone, writeHead, writePiece, type ClientAnswer } from './client-answer.js';

/** An answer of the edge itself: plain text, a sentence for whoever looks at it. */
export interface Page {
  status: number;
  text: string;
  retryAfterSeconds?: number;
  /** Ends the connection with the answer: for requests that were not read to their end. */
  close?: boolean;
}

/** A page and not something else that may be found. */
export function isPage(found: object): found is Page {
  return 'status' in found;
}

/** Sends an answer that the cache holds. */
export function sendFromCache(answer: ClientAnswer, { status, headers, body }: FromCache): void {
  if (answer.headersSent || isGone(answer)) return;
  writeHead(answer, status, headers);
  if (body.length > 0) writePiece(answer, body);
  answer.end();
}

/** Sends a page; where an answer has begun already, its connection is cut, so that nobody takes it for whole. */
export function sendPage(answer: ClientAnswer, { status, text, retryAfterSeconds, close }: Page): void {
  if (answer.headersSent || isGone(answer)) {
    answer.destroy();
    return;
  }
  const body = `${text}\n`;
  const headers = [
    ...['content-type', 'text/plain; charset=utf-8'],
    ...['content-length', String(Buffer.byteLength(body))],
    ...['cache-control', 'no-store'],
    ...['x-content-type-options', 'nosniff'],
    ...(retryAfterSeconds === undefined ? [] : ['retry-after', String(retryAfterSeconds)]),
    ...(close === true ? ['connection', 'close'] : []),
  ];
  writeHead(answer, status, headers);
  answer.end(body);
}
