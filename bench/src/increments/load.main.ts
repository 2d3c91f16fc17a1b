/** Sends one request again and again over plain sockets. A request without an answer is counted and not sent again; its lane goes to the next replica. */
import { connect, type Socket } from 'node:net';
import { announceReady, onStop } from '@leasehold/processes';
import { loadSchema, type Load, type LoadResult } from './load-messages.js';

const progressEveryMs = 200;
const reconnectAfterMs = 20;

class Generator {
  private sent = 0;
  private lost = 0;
  private readonly statuses: Record<string, number> = {};
  private readonly times: number[] = [];
  private readonly bodies: string[] = [];

  constructor(private readonly load: Load) {}

  async run(): Promise<LoadResult> {
    const began = performance.now();
    const progress = setInterval(
      () => process.send?.({ accepted: this.accepted, at: Date.now() }),
      progressEveryMs,
    );
    await Promise.all(Array.from({ length: this.load.connections }, (_, lane) => this.lane(lane)));
    clearInterval(progress);
    const seconds = (performance.now() - began) / 1000;
    this.times.sort((one, other) => one - other);
    const at = (share: number): number => this.times[Math.floor(this.times.length * share)] ?? 0;
    const { statuses, lost, bodies } = this;
    return { statuses, lost, bodies, perSecond: this.accepted / seconds, p50: at(0.5), p99: at(0.99) };
  }

  private get accepted(): number {
    return this.statuses['200'] ?? 0;
  }

  private async lane(lane: number): Promise<void> {
    let exchange: Exchange | undefined;
    for (let turn = lane; this.sent < this.load.requests;) {
      exchange ??= await this.open(turn);
      if (exchange === undefined) {
        turn += 1;
        continue;
      }
      this.sent += 1;
      const began = performance.now();
      try {
        const { status, body } = await exchange.ask(this.load.request);
        this.times.push(performance.now() - began);
        this.statuses[status] = (this.statuses[status] ?? 0) + 1;
        if (this.load.keepBodies) this.bodies.push(body);
      } catch {
        this.lost += 1;
        exchange = undefined;
        turn += 1;
      }
    }
    exchange?.close();
  }

  /** Undefined after a pause when nobody listens there. */
  private async open(turn: number): Promise<Exchange | undefined> {
    try {
      return await Exchange.open(this.load.ports[turn % this.load.ports.length] ?? 0);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, reconnectAfterMs));
      return undefined;
    }
  }
}

/** One connection; answers have a content-length. */
class Exchange {
  private buffer = '';
  private settle:
    | { resolve: (answer: { status: number; body: string }) => void; reject: (error: Error) => void }
    | undefined;

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

  ask(request: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      if (this.socket.destroyed) reject(new Error('The connection has ended.'));
      else this.socket.write(request);
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
    const next = end + 4 + length;
    if (this.buffer.length < next) return;
    const status = Number(this.buffer.slice(9, 12));
    const body = this.buffer.slice(end + 4, next);
    this.buffer = this.buffer.slice(next);
    this.settle?.resolve({ status, body });
  }
}

process.on('message', (message) => {
  const load = loadSchema.safeParse(message);
  if (load.success) void new Generator(load.data).run().then((result) => process.send?.(result));
});
onStop(() => Promise.resolve());
announceReady();
