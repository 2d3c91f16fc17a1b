/** The answers of a gRPC server over HTTP/2. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses */
import type { ServerHttp2Stream } from 'node:http2';
import { frame } from './frames.js';
import { Status, type GrpcError } from './grpc-error.js';

const contentType = 'application/grpc';

/** Sends the headers of an answer whose status follows in trailers; does nothing when they were sent. */
export function beginAnswer(stream: ServerHttp2Stream): void {
  if (stream.headersSent || stream.destroyed) return;
  stream.respond({ ':status': 200, 'content-type': contentType }, { waitForTrailers: true });
}

/** Ends an answer with a status. @param message already percent-encoded. */
export function endAnswer(
  stream: ServerHttp2Stream,
  status: number,
  message = '',
  more: Readonly<Record<string, string>> = {},
): void {
  if (stream.destroyed) return;
  const end = {
    'grpc-status': String(status),
    ...(message === '' ? {} : { 'grpc-message': message }),
    ...more,
  };
  if (!stream.headersSent) {
    stream.respond({ ':status': 200, 'content-type': contentType, ...end }, { endStream: true });
    return;
  }
  stream.once('wantTrailers', () => stream.sendTrailers(end));
  stream.end();
}

/** Answers with messages and status OK. */
export function answer(stream: ServerHttp2Stream, messages: readonly Buffer[]): void {
  if (stream.destroyed) return;
  beginAnswer(stream);
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(Status.ok) }));
  stream.end(messages.length === 1 && messages[0] ? frame(messages[0]) : Buffer.concat(messages.map(frame)));
}

/** Answers with an error, and with what is known of its effect in trailers that `@leasehold/tenant-data` reads. */
export function answerError(stream: ServerHttp2Stream, error: GrpcError): void {
  const { nothingApplied, retryAfterMs } = error.facts;
  endAnswer(stream, error.status, encodeURI(error.message), {
    ...(nothingApplied ? { 'leasehold-applied': 'none' } : {}),
    ...(retryAfterMs === undefined ? {} : { 'leasehold-retry-after-ms': String(Math.ceil(retryAfterMs)) }),
  });
}
