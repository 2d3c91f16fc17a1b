import { Resolver } from 'node:dns/promises';
import { request } from 'node:http';
import type { Ports } from './ports.js';

export interface Page {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/**
 * A user of one client's product. It connects to the edge with the hostname in `Host`, since a machine's own resolver
 * may not know names below `localhost`; the name itself is asked of the product's DNS server.
 */
export class Client {
  constructor(
    readonly hostname: string,
    private readonly ports: Ports,
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.send('GET', path, headers);
  }

  post(path: string, body: object, headers: Record<string, string> = {}): Promise<Page> {
    const json = { 'content-type': 'application/json', ...headers };
    return this.send('POST', path, json, JSON.stringify(body));
  }

  send(method: string, path: string, headers: Record<string, string> = {}, content?: string): Promise<Page> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.ports.edge,
          method,
          path,
          headers: { host: `${this.hostname}:${this.ports.edge}`, ...headers },
        },
        (incoming) => {
          let body = '';
          incoming.setEncoding('utf8');
          incoming.on('data', (chunk: string) => (body += chunk));
          incoming.on('error', reject);
          incoming.on('end', () =>
            resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(content);
    });
  }

  /** The addresses that the authoritative server gives, none when it has no such name. */
  async addresses(): Promise<string[]> {
    const resolver = new Resolver({ timeout: 2_000, tries: 2 });
    resolver.setServers([`127.0.0.1:${this.ports.dns}`]);
    try {
      return await resolver.resolve4(this.hostname);
    } catch (error) {
      if (
        error instanceof Error &&
        'code' in error &&
        (error.code === 'ENOTFOUND' || error.code === 'ENODATA')
      )
        return [];
      throw error;
    }
  }

  /** The next number of the counter product. */
  async next(): Promise<bigint> {
    const { status, body } = await this.get('/getCounter');
    if (status !== 200) throw new Error(`/getCounter of ${this.hostname} answered ${status}: ${body}`);
    return BigInt(body);
  }
}
