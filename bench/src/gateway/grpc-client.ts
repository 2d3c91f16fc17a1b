import { connect, type ClientHttp2Session } from 'node:http2';
import { connect as connectSocket, type NetConnectOpts } from 'node:net';

const frameBytes = 5;

/** A gRPC client that costs next to nothing, so that the server is what is measured. */
export class GrpcClient {
  readonly #session: ClientHttp2Session;

  constructor(
    address: NetConnectOpts,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {
    this.#session = connect('http://bigtable', { createConnection: () => connectSocket(address) });
    this.#session.on('error', () => undefined);
  }

  /** Makes a call of Bigtable's and reads its answer to the end. @throws Error unless it is OK. */
  call(method: string, message: Buffer): Promise<void> {
    return this.callPath(`/google.bigtable.v2.Bigtable/${method}`, message);
  }

  /** As `call`, of any service: `/package.Service/Method`. */
  callPath(path: string, message: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...this.headers,
      });
      let status: unknown;
      const take = (fields: Record<string, unknown>): void => {
        status = fields['grpc-status'] ?? status;
      };
      stream.on('response', take);
      stream.on('trailers', take);
      stream.on('error', () => undefined);
      stream.on('close', () => {
        if (status === '0') resolve();
        else reject(new Error(`${path} ended with status ${typeof status === 'string' ? status : 'none'}`));
      });
      stream.resume();
      const frame = Buffer.alloc(frameBytes);
      frame.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([frame, message]));
    });
  }

  close(): void {
    this.#session.destroy();
  }
}
