import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect as connectSocket, type NetConnectOpts } from 'node:net';
import { frame, FrameSplitter } from './frames.js';
import { Status, unavailable, UpstreamStatusError, type GrpcError } from './grpc-error.js';

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
   * Makes a call and gives the messages of its answer. Without async iteration, since this is on the way of every write.
   * @throws UpstreamStatusError when the server answers with an error; GrpcError UNAVAILABLE when it does not answer.
   */
  call(path: string, message: Buffer): Promise<Buffer[]> {
    return new Promise((resolve, reject) => {
      const stream = this.start(path, message);
      const splitter = new FrameSplitter();
      const messages: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        for (const each of splitter.push(chunk).messages) messages.push(each);
      });
      onEnd(stream, (end) => {
        if (end?.status === Status.ok) resolve(messages);
        else reject(failure(end));
      });
    });
  }

  /** Makes a call and gives the messages of its answer one by one, as fast as they are taken. Errors as in {@link call}. */
  async *messages(path: string, message: Buffer): AsyncGenerator<Buffer> {
    const stream = this.start(path, message);
    let ended: CallEnd | undefined;
    onEnd(stream, (end) => {
      ended = end;
    });
    const splitter = new FrameSplitter();
    try {
      for await (const chunk of stream) {
        if (Buffer.isBuffer(chunk)) yield* splitter.push(chunk).messages;
      }
    } catch (cause) {
      throw unavailable('The connection to Bigtable was lost.', { cause });
    } finally {
      if (!stream.closed) stream.close(constants.NGHTTP2_CANCEL);
    }
    await new Promise<void>((resolve) => {
      if (stream.closed && stream.destroyed) resolve();
      else stream.once('close', () => resolve());
    });
    if (ended?.status !== Status.ok) throw failure(ended);
  }
}

/**
 * Calls back once the stream is over: with the status that the server gave, or with nothing when it gave none. OK counts only when
 * all of the answer was read: of a connection that breaks, Node gives up what it has buffered, while the trailers may be in already.
 */
export function onEnd(stream: ClientHttp2Stream, callback: (end: CallEnd | undefined) => void): void {
  let end: CallEnd | undefined;
  let whole = false;
  const take = (headers: Record<string, unknown>): void => {
    const { 'grpc-status': status, 'grpc-message': message } = headers;
    if (typeof status === 'string')
      end = { status: Number(status), message: typeof message === 'string' ? message : '' };
  };
  stream.on('response', take);
  stream.on('trailers', take);
  stream.once('end', () => {
    whole = true;
  });
  stream.on('error', () => undefined);
  stream.once('close', () => callback(whole || end?.status !== Status.ok ? end : undefined));
}

/** The error of a call that did not end well. */
function failure(end: CallEnd | undefined): GrpcError {
  return end && end.status !== Status.ok
    ? new UpstreamStatusError(end.status, decodeURIComponent(end.message))
    : unavailable('The connection to Bigtable was lost.');
}
