import { Exchange, type Answer } from './exchange.js';
import type { Load, LoadResult, Progress } from './load-messages.js';
import { requestsOf } from './request-of.js';

const progressEveryMs = 200;
const reconnectAfterMs = 20;
/** Who asks at once again after a 503 only keeps the server from getting well. */
const refusedPauseMs = 50;

/** Sends a load and counts what comes back. A lane whose connection ends goes to the next port. */
export class Generator {
  private sent = 0;
  private lost = 0;
  private readonly statuses: Record<string, number> = {};
  private readonly times: number[] = [];
  private readonly bodies: string[] = [];
  private readonly requestOf: (n: number) => string;

  constructor(
    private readonly load: Load,
    private readonly onProgress: (progress: Progress) => void,
  ) {
    this.requestOf = requestsOf(load);
  }

  async run(): Promise<LoadResult> {
    const began = performance.now();
    const progress = setInterval(
      () => this.onProgress({ accepted: this.accepted, at: Date.now() }),
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
    const connection = new Lane(this.load.ports, lane);
    while (this.sent < this.load.requests) {
      await connection.open();
      if (this.sent >= this.load.requests) break;
      const request = this.requestOf(this.sent++);
      const began = performance.now();
      let answer = await this.ask(connection, request);
      while (this.load.again && (answer === undefined || answer.status === 503)) {
        if (answer !== undefined) await new Promise((resolve) => setTimeout(resolve, refusedPauseMs));
        answer = await this.ask(connection, request);
      }
      if (answer === undefined) continue;
      this.times.push(performance.now() - began);
      if (this.load.keepBodies) this.bodies.push(answer.body);
    }
    connection.close();
  }

  /** Undefined when the connection ended before the answer. */
  private async ask(connection: Lane, request: string): Promise<Answer | undefined> {
    const answer = await connection.ask(request);
    if (answer === undefined) this.lost += 1;
    else this.statuses[answer.status] = (this.statuses[answer.status] ?? 0) + 1;
    return answer;
  }
}

/** A place in the row of connections, which is connected anew when its connection has ended. */
class Lane {
  private exchange: Exchange | undefined;

  constructor(
    private readonly ports: readonly number[],
    private turn: number,
  ) {}

  /** Tries one port after the other, with a pause, until somebody listens. */
  async open(): Promise<Exchange> {
    while (this.exchange === undefined) {
      try {
        this.exchange = await Exchange.open(this.ports[this.turn % this.ports.length] ?? 0);
      } catch {
        this.turn += 1;
        await new Promise((resolve) => setTimeout(resolve, reconnectAfterMs));
      }
    }
    return this.exchange;
  }

  async ask(request: string): Promise<Answer | undefined> {
    const exchange = await this.open();
    try {
      return await exchange.ask(request);
    } catch {
      this.exchange = undefined;
      this.turn += 1;
      return undefined;
    }
  }

  close(): void {
    this.exchange?.close();
  }
}
