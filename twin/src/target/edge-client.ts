import { Agent, request } from 'node:http';

export interface EdgeAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const longestBody = 1024 * 1024;

/** Asks the twin's edge as a browser of a client would: to its port, with the client's hostname as Host. */
export class EdgeClient {
  private readonly agent = new Agent({ keepAlive: false });

  constructor(private readonly port: number) {}

  /** @throws Error when the edge is down, the signal aborts, or the body is over 1 MiB */
  get(hostname: string, path: string, signal: AbortSignal): Promise<EdgeAnswer> {
    const { agent, port } = this;
    return new Promise((resolve, reject) => {
      const headers = { host: `${hostname}:${String(port)}` };
      const call = request({ host: '127.0.0.1', port, path, agent, signal, headers }, (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > longestBody) answer.destroy(new Error(`the body of ${hostname}${path} is over 1 MiB`));
        });
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(
              Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
            ),
            body: Buffer.concat(chunks).toString(),
          }),
        );
      });
      call.on('error', reject);
      call.end();
    });
  }
}
