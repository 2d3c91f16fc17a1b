import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { GrpcError, Status } from './grpc-error.js';

const maxRequestBytes = 16 * 1024 * 1024;

/** Serves one call; it answers on the stream itself and never throws. */
export type Serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** A gRPC server on cleartext HTTP/2 that ends without cutting calls off. */
export class GrpcServer {
  readonly #sessions = new Set<ServerHttp2Session>();
  readonly #server: Http2Server;

  constructor(serve: Serve) {
    this.#server = createServer({
      maxSessionMemory: 256,
      settings: { initialWindowSize: 1024 * 1024, maxConcurrentStreams: 1000 },
    });
    this.#server.on('session', (session) => {
      this.#sessions.add(session);
      session.once('close', () => this.#sessions.delete(session));
      session.on('error', () => undefined);
    });
    this.#server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      serve(stream, headers);
    });
  }

  /** @returns the port. @throws Error when the port is taken. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        const address: AddressInfo | string | null = this.#server.address();
        resolve(typeof address === 'object' && address ? address.port : port);
      });
    });
  }

  /** Takes no new calls, lets those under way finish, and cuts what is left at the deadline. */
  async close(deadlineMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions) session.close();
    const timer = setTimeout(() => {
      for (const session of this.#sessions) session.destroy();
    }, deadlineMs);
    await closed;
    clearTimeout(timer);
  }
}

/** The whole body of a request. @throws GrpcError when it is too large or cut off. */
export function readBody(stream: ServerHttp2Stream): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxRequestBytes) {
        reject(
          new GrpcError(Status.resourceExhausted, `A request must not exceed ${maxRequestBytes} bytes.`),
        );
        chunks.length = 0;
      } else chunks.push(chunk);
    });
    stream.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    stream.once('aborted', () => reject(new GrpcError(Status.cancelled, 'The call was cancelled.')));
  });
}
