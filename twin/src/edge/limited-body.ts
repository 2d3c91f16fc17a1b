import { Transform, type Readable } from 'node:stream';
import type { BodyBytes } from './body-bytes.js';

/** A body is larger than the edge takes. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
  constructor(maxBytes: number) {
    super(`The body is larger than ${String(maxBytes)} bytes.`);
  }
}

/** The body as it comes, until it is larger than allowed: then the stream fails. */
export function limitedBody(body: Readable, maxBytes: number, counted?: BodyBytes): Readable {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      counted?.received(chunk.length);
      if (bytes > maxBytes) done(new BodyTooLargeError(maxBytes));
      else done(null, chunk);
    },
  });
  const aborted = (): void => void limited.destroy(new Error('the client has gone'));
  body.once('error', aborted);
  body.once('close', () => {
    if (!body.readableEnded) aborted();
  });
  return body.pipe(limited);
}
