/** Sends requests over plain sockets: a client that costs a tenth of what it measures. */
import { connect, type Socket } from 'node:net';
import { announceReady, onStop } from '@leasehold/processes';
import { z } from 'zod';

const loadSchema = z.object({
  ports: z.array(z.int()),
  connections: z.int(),
  path: z.string(),
  tokens: z.array(z.string()),
  requests: z.int(),
  differentKeys: z.int().optional(),
});

class Generator {
  private next = 0;
  private answered = 0;
  private lost = 0;
  private readonly statuses: Record<string, number> = {};
  private readonly times: number[] = [];

  constructor(private readonly load: z.infer<typeof loadSchema>) {}

  async run(): Promise<object> {
    const began = performance.now();
    const lanes = Array.from({ length: this.load.connections }, (_, lane) => this.lane(lane));
    await Promise.all(lanes);
    const seconds = (performance.now() - began) / 1000;
    this.times.sort((one, other) => one - other);
    const at = (share: number): number => this.times[Math.floor(this.times.length * share)] ?? 0;
    const { statuses, lost } = this;
    return { statuses, lost, perSecond: this.answered / seconds, p50: at(0.5), p99: at(0.99) };
  }

  private async lane(lane: number): Promise<void> {
    const port = this.load.ports[lane % this.load.ports.length] ?? 0;
    let exchange = await Exchange.open(port);
    while (this.next < this.load.requests) {
      const n = this.next++;
      const began = performance.now();
      for (;;) {
        const status = await exchange.ask(this.requestOf(n)).catch(() => undefined);
        if (status !== undefined) {
          this.statuses[status] = (this.statuses[status] ?? 0) + 1;
          if (status !== 503) break;
        } else {
          this.lost += 1;
          exchange = await Exchange.open(port);
        }
      }
      this.answered += 1;
      this.times.push(performance.now() - began);
    }
    exchange.close();
  }

  private requestOf(n: number): string {
    const { path, tokens, differentKeys } = this.load;
    const key = differentKeys === undefined ? '' : `idempotency-key: k${n % differentKeys}\r\n`;
    return `GET ${path} HTTP/1.1\r\nhost: memes\r\nauthorization: Bearer ${tokens[n % tokens.length] ?? ''}\r\n${key}\r\n`;
  }
}

/** One connection; answers have a content-length. */
class Exchange {
  private buffer = '';
  private settle: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (chunk) => this.take(String(chunk)));
    socket.on('error', (error) => this.settle?.reject(error));
    socket.on('close', () => this.settle?.reject(new Error('The connection has ended.')));
  }

  static async open(port: number): Promise<Exchange> {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new Exchange(socket);
  }

  ask(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: string): void {
    this.buffer += chunk;
    const end = this.buffer.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(this.buffer.slice(0, end))?.[1] ?? 0);
    if (this.buffer.length < end + 4 + length) return;
    const status = Number(this.buffer.slice(9, 12));
    this.buffer = this.buffer.slice(end + 4 + length);
    this.settle?.resolve(status);
  }
}

process.on('message', (message) => {
  const load = loadSchema.safeParse(message);
  if (load.success) void new Generator(load.data).run().then((result) => process.send?.(result));
});
onStop(() => Promise.resolve());
announceReady();
