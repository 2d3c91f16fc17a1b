import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

/**
 * Sends a body piece by piece, at the client's pace, until the source ends or the signal says so.
 * Rejects with what the source throws; the connection is then cut, so that the answer does not look whole.
 */
export async function sendPieces(
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array | string>,
  signal: AbortSignal,
): Promise<void> {
  // The client shall know that the answer has begun, also while there is no piece.
  response.flushHeaders();
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return;
      if (!response.write(piece)) await once(response, 'drain', { signal });
    }
    response.end();
  } catch (error) {
    if (!signal.aborted) {
      response.destroy();
      throw error;
    }
    response.end();
  }
}
