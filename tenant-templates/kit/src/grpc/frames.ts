/** gRPC's framing of messages: one byte for compression, four for the length. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
import { GrpcError, Status } from './status.js';

const headerBytes = 5;

/** A message with its frame around it. */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(headerBytes + message.length);
  framed[0] = 0;
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, headerBytes);
  return framed;
}

/**
 * The only message of a request body.
 * @throws GrpcError when it is compressed, cut short, or not the only one.
 */
export function onlyMessage(body: Buffer): Buffer {
  if (body.length < headerBytes) throw new GrpcError(Status.invalidArgument, 'The request has no message.');
  if (body[0] !== 0) throw new GrpcError(Status.unimplemented, 'Compressed messages are not supported.');
  const end = headerBytes + body.readUInt32BE(1);
  if (body.length < end) throw new GrpcError(Status.invalidArgument, 'The message is cut short.');
  if (body.length > end)
    throw new GrpcError(
      Status.unimplemented,
      'The request has more than one message; this method takes one.',
    );
  return body.subarray(headerBytes, end);
}
