import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { AppError } from '../app-error.js';
import { problemAnswer } from './problem.js';

/**
 * Node's 16 KiB are less than a list's `filter`, `cursor` and `labels` may be: 5,100 characters, of twelve bytes each when they are
 * percent-encoded.
 */
export const maxHeaderBytes = 64 * 1024;

/** Answers what is no HTTP, or has not come in time, in the form of every other refusal; the connection ends with it. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const id = `req_${randomUUID()}`;
  const { status, headers, body } = problemAnswer(refusalOf(error), id);
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    'x-request-id': id,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status} ${body.title}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}

function refusalOf(error: Error & { code?: string }): AppError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new AppError('headers_too_large', 'headers_too_large', {
      publicMessage: `The request line and headers are longer than ${maxHeaderBytes / 1024} KiB.`,
      cause: error,
    });
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new AppError('timeout', 'request_timeout', {
      publicMessage: 'The request did not come to its end in time.',
      retryable: true,
      cause: error,
    });
  }
  return new AppError('malformed', 'malformed_request', {
    publicMessage: 'The request is not valid HTTP.',
    cause: error,
  });
}
