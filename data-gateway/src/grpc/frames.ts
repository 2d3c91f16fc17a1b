/** gRPC's framing of messages: one byte for compression, four for the length. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
import { GrpcError, invalid, Status } from './grpc-error.js';

const headerBytes = 5;

/** A message with its frame around it. */
export function frame(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(headerBytes + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  message.copy(framed, headerBytes);
  return framed;
}

/**
 * The only message of a request body.
 * @throws GrpcError when it is compressed, cut short, or not the only one.
 */
export function onlyMessage(body: Buffer): Buffer {
  if (body.length < headerBytes) throw invalid('The request has no message.');
  if (body[0] !== 0) throw new GrpcError(Status.unimplemented, 'Compressed messages are not supported.');
  const end = headerBytes + body.readUInt32BE(1);
  if (body.length < end) throw invalid('The message is cut short.');
  if (body.length > end) throw invalid('The request has more than one message.');
  return body.subarray(headerBytes, end);
}

/** Cuts a stream of chunks into whole messages. */
export class FrameSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * Takes the next chunk.
   * @returns the bytes that end with a whole frame, and the messages in them.
   */
  push(chunk: Buffer): { readonly whole: Buffer; readonly messages: Buffer[] } {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    let position = 0;
    while (data.length - position >= headerBytes) {
      const end = position + headerBytes + data.readUInt32BE(position + 1);
      if (end > data.length) break;
      messages.push(data.subarray(position + headerBytes, end));
      position = end;
    }
    this.#rest = data.subarray(position);
    return { whole: data.subarray(0, position), messages };
  }

  /** Whether the last message is still incomplete. */
  get pending(): boolean {
    return this.#rest.length > 0;
  }
}
