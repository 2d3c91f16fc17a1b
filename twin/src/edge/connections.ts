/**
 * The ports of the edge: one for HTTP/1.1 and HTTP/2 without TLS, told apart by their first bytes, and one for both
 * over TLS, told apart by ALPN (RFC 7301).
 */
import { createServer as createHttp1, type IncomingMessage, type Server as Http1Server } from 'node:http';
import { createServer as createHttp2, type Http2Session } from 'node:http2';
import type { Server, Socket } from 'node:net';
import { createServer as createTls, type SecureContext } from 'node:tls';
import { once } from 'node:events';
import { sniff } from './sniff.js';

export interface ConnectionLimits {
  maxHeaderBytes: number;
  /** Time for a client to send its headers, and its whole request. */
  headersMs: number;
  requestMs: number;
  /** Time without a byte on an HTTP/2 connection. */
  betweenBytesMs: number;
}

export interface TlsPort {
  port: number;
  /** The certificate for a server name that a client asks for. */
  contextFor: (serverName: string) => Promise<SecureContext>;
  /** For clients that ask for none. */
  fallback: { cert: string; key: string };
}

/** The servers behind the ports; who wants requests listens to their events. */
export class Connections {
  readonly http1: Http1Server;
  readonly http2: ReturnType<typeof createHttp2>;
  private readonly takeHttp1: (socket: Socket) => void;
  private readonly sockets = new Set<Socket>();
  private readonly sessions = new Set<Http2Session>();
  private tls: Server | undefined;

  /** @param mayUpgrade which HTTP/1.1 requests for another protocol are taken as such; others are plain requests */
  constructor(
    private readonly limits: ConnectionLimits,
    mayUpgrade: (request: IncomingMessage) => boolean,
  ) {
    this.http1 = createHttp1({
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
      keepAliveTimeout: 60_000,
      noDelay: true,
      shouldUpgradeCallback: mayUpgrade,
    });
    this.http2 = createHttp2({ settings: { maxHeaderListSize: limits.maxHeaderBytes, enablePush: false } });
    this.http2.on('session', (session) => this.hold(session));
    const listeners = this.http1.listeners('connection');
    this.takeHttp1 = (socket) => {
      for (const listener of listeners) listener.call(this.http1, socket);
    };
    this.http1.removeAllListeners('connection');
    this.http1.on('connection', (socket) => this.accept(socket));
  }

  /** @throws Error with code EADDRINUSE when a port is taken */
  async listen(host: string, port: number, tls: TlsPort | undefined): Promise<void> {
    this.http1.listen(port, host);
    await once(this.http1, 'listening');
    if (tls === undefined) return;
    this.tls = this.tlsServer(tls);
    this.tls.listen(tls.port, host);
    await once(this.tls, 'listening');
  }

  get port(): number | undefined {
    return portOf(this.http1);
  }

  get tlsPort(): number | undefined {
    return this.tls && portOf(this.tls);
  }

  /** Takes no new connections, lets requests in hand end for `graceMs`, then cuts everything off. */
  async close(graceMs: number): Promise<void> {
    const servers = [this.http1, ...(this.tls ? [this.tls] : [])].filter(({ listening }) => listening);
    const closed = servers.map((server) => once(server, 'close'));
    for (const server of servers) server.close();
    this.http1.closeIdleConnections();
    for (const session of this.sessions) session.close();
    const timer = setTimeout(() => {
      for (const socket of this.sockets) socket.destroy();
    }, graceMs);
    await Promise.all(closed);
    clearTimeout(timer);
  }

  private accept(socket: Socket): void {
    this.keep(socket);
    const http2 = (taken: Socket): void => void this.http2.emit('connection', taken);
    sniff(socket, { http1: this.takeHttp1, http2 }, this.limits.headersMs);
  }

  private tlsServer({ contextFor, fallback }: TlsPort): Server {
    const server = createTls({
      ...fallback,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: this.limits.headersMs,
      SNICallback: (name, done) => {
        contextFor(name).then(
          (context) => done(null, context),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
      },
    });
    server.on('connection', (socket: Socket) => this.keep(socket));
    server.on('secureConnection', (socket) => {
      this.keep(socket);
      if (socket.alpnProtocol === 'h2') this.http2.emit('connection', socket);
      else this.takeHttp1(socket);
    });
    // A client that does not trust the certificate, or speaks no TLS: its connection is closed already.
    server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
    return server;
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
  }

  private hold(session: Http2Session): void {
    this.sessions.add(session);
    session.setTimeout(this.limits.betweenBytesMs, () => session.close());
    session.on('error', () => session.destroy());
    session.once('close', () => this.sessions.delete(session));
  }
}

function portOf(server: Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : undefined;
}
