/**
 * The twin's authoritative DNS server, UDP and TCP on one port: it answers from the record sets of the inventory and
 * from nothing else, as Cloud DNS would.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { MessageReader, frame } from './tcp-framing.js';
import { respond } from './respond.js';
import type { ZoneTable } from './zone-table.js';

export interface DnsServerOptions {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** The zones as they are now; called for each query. */
  zones: () => ZoneTable;
}

/** RFC 7766, section 6.2.3 asks for a few seconds. */
const idleTimeoutMs = 10_000;
const maxConnections = 256;
const portAttempts = 20;

export class DnsServer {
  private readonly connections = new Set<Socket>();

  private constructor(
    private readonly udp: UdpSocket,
    private readonly tcp: Server,
    readonly port: number,
  ) {}

  /** Listens on both transports. @throws Error with code EADDRINUSE when the port is taken */
  static async start(options: DnsServerOptions): Promise<DnsServer> {
    const { udp, tcp, port } = await listenOnBoth(options);
    const server = new DnsServer(udp, tcp, port);
    udp.on('message', (message, client) => {
      const answer = respond(message, options.zones(), 'udp');
      // An answer that cannot be sent is lost, as any datagram may be: the client asks again.
      if (answer) udp.send(answer, client.port, client.address, () => undefined);
    });
    udp.on('error', () => undefined);
    tcp.on('connection', (socket) => server.serve(socket, options.zones));
    return server;
  }

  async close(): Promise<void> {
    const closed = [once(this.udp, 'close'), once(this.tcp, 'close')];
    this.udp.close();
    this.tcp.close();
    for (const socket of this.connections) socket.destroy();
    await Promise.all(closed);
  }

  private serve(socket: Socket, zones: () => ZoneTable): void {
    this.connections.add(socket);
    const reader = new MessageReader();
    socket.setTimeout(idleTimeoutMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.connections.delete(socket));
    socket.on('drain', () => socket.resume());
    socket.on('data', (chunk: Buffer) => {
      for (const message of reader.push(chunk)) {
        const answer = respond(message, zones(), 'tcp');
        if (answer === undefined) return socket.destroy();
        // A client that asks without reading the answers is not read on.
        if (!socket.write(frame(answer))) socket.pause();
      }
    });
  }
}

/** Port 0 means any port that is free on both transports. */
async function listenOnBoth(
  options: DnsServerOptions,
): Promise<{ udp: UdpSocket; tcp: Server; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const tcp = createServer();
    tcp.maxConnections = maxConnections;
    tcp.listen(options.port, options.host);
    await once(tcp, 'listening');
    const address = tcp.address();
    const port = typeof address === 'object' && address !== null ? address.port : options.port;
    const udp = createSocket('udp4');
    try {
      udp.bind(port, options.host);
      await once(udp, 'listening');
      return { udp, tcp, port };
    } catch (error) {
      udp.close();
      tcp.close();
      if (options.port !== 0 || attempt === portAttempts) throw error;
    }
  }
}
