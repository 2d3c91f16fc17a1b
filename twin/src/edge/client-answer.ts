import { ServerResponse, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';

/** A client's request, and what it is answered with, over HTTP/1.1 or HTTP/2. */
export type ClientRequest = IncomingMessage | Http2ServerRequest;
export type ClientAnswer = ServerResponse | Http2ServerResponse;

/** Writes status and headers, names and values in turn; HTTP/2 has no headers of a connection. */
export function writeHead(answer: ClientAnswer, status: number, headers: readonly string[]): void {
  if (answer instanceof ServerResponse) answer.writeHead(status, [...headers]);
  else answer.writeHead(status, grouped(headers));
}

/** Writes a piece of the body. @returns false when the client is slower than that */
export function writePiece(answer: ClientAnswer, piece: Buffer): boolean {
  return answer instanceof ServerResponse ? answer.write(piece) : answer.write(piece);
}

/** Sends status and headers without waiting for the body; over HTTP/2 they are always sent at once. */
export function flushHead(answer: ClientAnswer): void {
  if (answer instanceof ServerResponse) answer.flushHeaders();
}

/** Whether the client can no longer be answered. */
export function isGone(answer: ClientAnswer): boolean {
  return answer instanceof ServerResponse
    ? answer.destroyed
    : answer.stream.destroyed || answer.stream.closed;
}

/** Whether all of the answer has been handed over. */
export function isComplete(answer: ClientAnswer): boolean {
  return answer instanceof ServerResponse ? answer.writableFinished : answer.writableEnded;
}

/** The names and values of a request's headers in turn, without HTTP/2's own. */
export function plainHeaders(raw: readonly string[]): string[] {
  return raw.flatMap((name, index) =>
    index % 2 === 0 && !name.startsWith(':') ? [name, raw[index + 1] ?? ''] : [],
  );
}

const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** Names and values in turn as an object; what comes several times becomes a list. */
export function grouped(headers: readonly string[]): OutgoingHttpHeaders {
  const object: Record<string, string | string[]> = {};
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = (headers[index] ?? '').toLowerCase();
    if (ofConnection.has(name)) continue;
    const value = headers[index + 1] ?? '';
    const earlier = object[name];
    object[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return object;
}
