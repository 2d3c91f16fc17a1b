import { connect, createServer, type Server, type Socket } from 'node:net';
import { listenOnLoopback } from './listen.js';

/**
 * The pods' way to the data gateway, which the suite can cut (connections are refused) or hold (bytes wait), as networks do.
 */
export class GatewayLink {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private server: Server | undefined;
  private held: 'all' | 'answers' | undefined;

  private constructor(
    private readonly gatewayPort: number,
    private chosenPort = 0,
  ) {}

  static async open(gatewayPort: number): Promise<GatewayLink> {
    const link = new GatewayLink(gatewayPort);
    await link.mend();
    return link;
  }

  get port(): number {
    return this.chosenPort;
  }

  /** Ends all connections and refuses new ones. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = new Promise<void>((resolve) =>
      server === undefined ? resolve() : server.close(() => resolve()),
    );
    for (const [near, far] of this.pairs) {
      near.destroy();
      far.destroy();
    }
    await closed;
  }

  /** Takes connections again, on the port it had. */
  async mend(): Promise<void> {
    if (this.server !== undefined) return;
    this.server = createServer((near) => this.join(near));
    this.chosenPort = await listenOnLoopback(this.server, this.chosenPort);
  }

  /** From now on no byte arrives, in either direction, until {@link release}. */
  hold(): void {
    this.held = 'all';
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  /** From now on what pods send arrives, and no answer reaches them, until {@link release}. */
  holdAnswers(): void {
    this.held = 'answers';
    for (const [, far] of this.pairs) far.pause();
  }

  release(): void {
    this.held = undefined;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  private join(near: Socket): void {
    const far = connect(this.gatewayPort, '127.0.0.1');
    const pair = [near, far] as const;
    this.pairs.add(pair);
    for (const [from, to] of [pair, [far, near] as const]) {
      // An end that breaks off ends the other one too.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        this.pairs.delete(pair);
      });
      from.on('data', (bytes) => to.write(bytes));
      from.on('end', () => to.end());
      if (this.held === 'all' || (this.held === 'answers' && from === far)) from.pause();
    }
  }
}
