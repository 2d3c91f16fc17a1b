import type { IncomingMessage } from 'node:http';

/** The body is longer than the app takes. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** Whether the client announces more than the limit, so that it can be refused before it sends. */
export function announcesTooMuch(request: IncomingMessage, limitBytes: number): boolean {
  return Number(request.headers['content-length'] ?? 0) > limitBytes;
}

/**
 * Reads the whole body. By events, since an async iterator costs as much as the rest of a small request.
 * @throws BodyTooLargeError when it is longer than the limit.
 */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limitBytes) return;
      // The rest stays unread: the connection ends with the answer.
      request.off('data', take).pause();
      reject(new BodyTooLargeError(`The body is longer than ${limitBytes} bytes.`));
    };
    request.on('data', take);
    request.once('end', () =>
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size)),
    );
    request.once('error', reject);
  });
}
