import type { EventEmitter } from 'node:events';

/** Told of the bytes of one exchange's bodies as they pass, so that a long stream is metered while it runs. */
export interface BodyBytes {
  /** From the client. */
  received(bytes: number): void;
  /** To the client. */
  sent(bytes: number): void;
}

/** Listens beside whoever reads the stream. */
export function countBytes(stream: EventEmitter, count: (bytes: number) => void): void {
  stream.on('data', (chunk: Buffer) => count(chunk.length));
}
