import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect as connectSocket, type NetConnectOpts } from 'node:net';
import { frame, FrameSplitter } from './frames.js';
import { Status, unavailable, UpstreamStatusError } from './grpc-error.js';

const window = 4 * 1024 * 1024;

/** Where a gRPC server listens: a unix socket's path, or host and port. */
export type ServerAddress = NetConnectOpts;

/** How the server ended a call. */
export interface CallEnd {
  readonly status: number;
  /** The message as it was sent, percent-encoded. */
  readonly message: string;
}

/** One HTTP/2 connection to the server behind the gateway. When it breaks, every call under way fails with UNAVAILABLE. */
export class Connection {
  private constructor(private readonly session: ClientHttp2Session) {}

  /** @throws Error when nobody listens there. */
  static open(address: ServerAddress): Promise<Connection> {
    const session = connect('http://bigtable', {
      createConnection: () => connectSocket(address),
      maxSessionMemory: 256,
      settings: { initialWindowSize: window, enablePush: false },
    });
    return new Promise((resolve, reject) => {
      session.once('error', reject);
      session.once('connect', () => {
        session.off('error', reject);
        session.on('error', () => undefined);
        session.setLocalWindowSize(8 * window);
        resolve(new Connection(session));
      });
    });
  }

  /** Calls back when the connection has ended, for whatever reason; at once if it already has. */
  onClose(callback: () => void): void {
    if (this.session.closed || this.session.destroyed) callback();
    else this.session.once('close', callback);
  }

  /** Ends the connection and every call on it. */
  destroy(): void {
    this.session.destroy();
  }

  /** Starts a call with its only message. @throws GrpcError UNAVAILABLE when the connection has ended. */
  start(path: string, message: Buffer, headers: Readonly<Record<string, string>> = {}): ClientHttp2Stream {
    if (this.session.closed || this.session.destroyed)
      throw unavailable('The connection to Bigtable is lost.');
    const stream = this.session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      ...headers,
    });
    stream.end(frame(message));
    return stream;
  }

  /**
   * Makes a call and gives the messages of its answer.
   * @throws UpstreamStatusError when the server answers with an error; GrpcError UNAVAILABLE when it does not answer.
   */
  async call(path: string, message: Buffer, headers?: Readonly<Record<string, string>>): Promise<Buffer[]> {
    const messages: Buffer[] = [];
    for await (const each of this.messages(path, message, headers)) messages.push(each);
    return messages;
  }

  /** Makes a call and gives the messages of its answer one by one. Errors as in {@link call}. */
  async *messages(
    path: string,
    message: Buffer,
    headers?: Readonly<Record<string, string>>,
  ): AsyncGenerator<Buffer> {
    const stream = this.start(path, message, headers);
    const ended = endOf(stream);
    ended.catch(() => undefined);
    const splitter = new FrameSplitter();
    try {
      for await (const chunk of stream) {
        if (!Buffer.isBuffer(chunk)) throw unavailable('Bigtable answered with something that is not bytes.');
        yield* splitter.push(chunk).messages;
      }
    } catch (cause) {
      throw unavailable('The connection to Bigtable was lost.', { cause });
    } finally {
      if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    }
    const { status, message: said } = await ended;
    if (status !== Status.ok) throw new UpstreamStatusError(status, decodeURIComponent(said));
  }
}

/** How the server ends a call. Rejects with UNAVAILABLE when the stream breaks before that. */
export function endOf(stream: ClientHttp2Stream): Promise<CallEnd> {
  return new Promise((resolve, reject) => {
    const take = (headers: Record<string, unknown>): void => {
      const status = headers['grpc-status'];
      if (typeof status !== 'string') return;
      const message = headers['grpc-message'];
      resolve({ status: Number(status), message: typeof message === 'string' ? message : '' });
    };
    stream.on('response', take);
    stream.on('trailers', take);
    stream.on('error', () => undefined);
    stream.once('close', () => reject(unavailable('The connection to Bigtable was lost.')));
  });
}
