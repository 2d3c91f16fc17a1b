/** A client that sends any bytes to any path, as an attacker would. */
import { connect, type ClientHttp2Session } from 'node:http2';
import { FrameSplitter } from '../grpc/frames.js';

export interface RawAnswer {
  /** The gRPC status; -1 when the connection or stream broke. */
  readonly status: number;
  readonly message: string;
  readonly messages: Buffer[];
}

export class RawClient {
  readonly #session: ClientHttp2Session;

  constructor(port: number) {
    this.#session = connect(`http://127.0.0.1:${port}`);
    this.#session.on('error', () => undefined);
  }

  /** @param body the whole body, frames included. */
  send(
    method: string,
    body: Buffer,
    token?: string,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    return new Promise((resolve) => {
      const stream = this.#session.request({
        ':method': 'POST',
        ':path': method.startsWith('/') ? method : `/google.bigtable.v2.Bigtable/${method}`,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      });
      const splitter = new FrameSplitter();
      const messages: Buffer[] = [];
      let end = { status: -1, message: '' };
      const take = (fields: Record<string, unknown>): void => {
        const { 'grpc-status': status, 'grpc-message': message } = fields;
        if (typeof status !== 'string') return;
        end = {
          status: Number(status),
          message: typeof message === 'string' ? decodeURIComponent(message) : '',
        };
      };
      stream.on('response', take);
      stream.on('trailers', take);
      stream.on('data', (chunk: Buffer) => messages.push(...splitter.push(chunk).messages));
      stream.on('error', () => undefined);
      stream.on('close', () => resolve({ ...end, messages }));
      stream.end(body);
    });
  }

  close(): void {
    this.#session.destroy();
  }
}
