import type { TokenFile } from './token-file.js';

/** The gateway cannot be reached, or refuses this pod. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

const frameHeaderBytes = 5;

/**
 * Asks the gateway whether it would serve this pod: one small call over `node:http2`, without the Bigtable client.
 * @throws UnreachableError with the reason in a sentence.
 */
export async function ping(target: {
  readonly endpoint: string;
  readonly tokenFile: TokenFile;
  /** `projects/<project>/instances/<instance>`. */
  readonly instance: string;
  readonly deadlineMs: number;
}): Promise<void> {
  const [{ connect }, authorization] = await Promise.all([
    import('node:http2'),
    target.tokenFile.authorization(),
  ]);
  const session = connect(`http://${target.endpoint}`);
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string, cause?: unknown): void =>
        reject(new UnreachableError(`The data gateway at ${target.endpoint} ${reason}`, { cause }));
      const timer = setTimeout(() => fail(`did not answer in ${target.deadlineMs} ms.`), target.deadlineMs);
      session.on('error', (cause) => fail('cannot be reached.', cause));
      const stream = session.request({
        ':method': 'POST',
        ':path': '/google.bigtable.v2.Bigtable/PingAndWarm',
        'content-type': 'application/grpc',
        te: 'trailers',
        authorization,
      });
      const judge = (headers: Record<string, unknown>): void => {
        const { 'grpc-status': status, 'grpc-message': message } = headers;
        if (status === '0') resolve();
        else if (typeof status === 'string') {
          fail(`refuses: ${typeof message === 'string' ? decodeURIComponent(message) : status}`);
        }
      };
      stream.on('response', judge);
      stream.on('trailers', judge);
      stream.on('error', (cause) => fail('cannot be reached.', cause));
      stream.on('close', () => {
        clearTimeout(timer);
        fail('ended the call without an answer.');
      });
      stream.resume();
      stream.end(pingMessage(target.instance));
    });
  } finally {
    session.destroy();
  }
}

/** A framed `PingAndWarmRequest`: the instance's name in field 1. */
function pingMessage(instance: string): Buffer {
  const name = Buffer.from(instance);
  const message = Buffer.concat([Buffer.of(0x0a, name.length), name]);
  const header = Buffer.alloc(frameHeaderBytes);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}
