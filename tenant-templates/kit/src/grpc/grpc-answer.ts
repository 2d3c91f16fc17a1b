/** The answers of a gRPC server over HTTP/2. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses */
import type { ServerHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import { frame } from './frames.js';
import { encodeMessage, Status, type GrpcError } from './status.js';

const head = { ':status': 200, 'content-type': 'application/grpc' };

/** Whether nothing more can be said on the stream. */
function isOver(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed || stream.writableEnded;
}

/** Answers with one message and status OK. */
export function answerMessage(stream: ServerHttp2Stream, message: Buffer): void {
  if (isOver(stream)) return;
  begin(stream);
  stream.end(frame(message));
}

/** Answers with an error, after the messages that were sent. */
export function answerError(stream: ServerHttp2Stream, { status, message }: GrpcError): void {
  if (isOver(stream)) return;
  const trailers = {
    'grpc-status': String(status),
    ...(message === '' ? {} : { 'grpc-message': encodeMessage(message) }),
    // What may be sent instead: the one encoding there is (PROTOCOL-HTTP2.md, Message-Accept-Encoding).
    ...(status === Status.unimplemented ? { 'grpc-accept-encoding': 'identity' } : {}),
  };
  if (stream.headersSent) {
    stream.removeAllListeners('wantTrailers');
    stream.once('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end();
  } else stream.respond({ ...head, ...trailers }, { endStream: true });
}

/** Answers with messages at the caller's pace, then status OK. Rejects with what the source throws. */
export async function answerMessages(
  stream: ServerHttp2Stream,
  messages: AsyncIterable<Buffer>,
  signal: AbortSignal,
): Promise<void> {
  if (isOver(stream)) return;
  begin(stream);
  for await (const message of messages) {
    if (isOver(stream)) return;
    if (!stream.write(frame(message))) await once(stream, 'drain', { signal });
  }
  if (!isOver(stream) && !signal.aborted) stream.end();
}

function begin(stream: ServerHttp2Stream): void {
  stream.respond(head, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
}
