/**
 * The twin's edge: it takes requests for every client on one port and sends each, by its Host and path, to a ready pod
 * of the Service that an HTTPRoute in the inventory names. It stands for a cell's Gateway.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { once } from 'node:events';
import { hostnameOf } from './host-name.js';
import { Forwarder, type ForwardLimits } from './forward.js';
import type { Backends } from './backends.js';
import { sendPage } from './page.js';
import { isHidden, plainPath } from './request-path.js';
import type { RouteRule, RouteTable } from './route-table.js';

export interface EdgeOptions {
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** The routes as they are now; called for each request. */
  routes: () => RouteTable;
  backends: Backends;
  limits?: Partial<EdgeLimits>;
}

export interface EdgeLimits extends ForwardLimits {
  maxHeaderBytes: number;
  /** Time for a client to send its headers, and its whole request. */
  headersMs: number;
  requestMs: number;
}

export const defaultLimits: EdgeLimits = {
  maxHeaderBytes: 32 * 1024,
  headersMs: 15_000,
  requestMs: 300_000,
  // Google's load balancers give a backend 30 s (cloud.google.com/load-balancing/docs/https, backend service timeout).
  firstByteMs: 30_000,
  betweenBytesMs: 300_000,
  maxBodyBytes: 32 * 1024 * 1024,
};
const retryAfterSeconds = 2;
const longestTarget = 16 * 1024;

export class EdgeServer {
  private readonly forwarder: Forwarder;
  private readonly limits: EdgeLimits;

  private constructor(
    private readonly server: Server,
    private readonly options: EdgeOptions,
    limits: EdgeLimits,
  ) {
    this.limits = limits;
    this.forwarder = new Forwarder(limits);
  }

  /** @throws Error with code EADDRINUSE when the port is taken */
  static async start(options: EdgeOptions): Promise<EdgeServer> {
    const limits = { ...defaultLimits, ...options.limits };
    const server = createServer({
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: Math.min(5_000, limits.headersMs),
      keepAliveTimeout: 60_000,
      noDelay: true,
    });
    const edge = new EdgeServer(server, options, limits);
    server.on('request', (request, answer) => edge.take(request, answer));
    server.on('clientError', refuseBadRequest);
    server.on('connect', (_request, socket: Duplex) =>
      socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n\r\n'),
    );
    server.listen(options.port, options.host);
    await once(server, 'listening');
    return edge;
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : this.options.port;
  }

  /** Takes no new requests, lets those in hand end for `graceMs`, then cuts them off. */
  async close(graceMs = 2_000): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeIdleConnections();
    const timer = setTimeout(() => this.server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(timer);
  }

  private take(request: IncomingMessage, answer: ServerResponse): void {
    answer.on('error', () => answer.destroy());
    const refusal = this.refusal(request);
    if (refusal === undefined) this.route(request, answer);
    else sendPage(answer, refusal);
  }

  private route(request: IncomingMessage, answer: ServerResponse): void {
    const host = request.headers.host ?? '';
    const hostname = hostnameOf(host) ?? '';
    const target = request.url ?? '/';
    const routes = this.options.routes();
    if (!routes.knows(hostname)) {
      sendPage(answer, { status: 404, text: `No route has the hostname ${hostname}.` });
      return;
    }
    const rule = isHidden(target)
      ? undefined
      : routes.find(hostname, request.method ?? 'GET', plainPath(target));
    if (rule === undefined) {
      sendPage(answer, { status: 404, text: `${hostname} has no route for this path.` });
      return;
    }
    const endpoint = this.options.backends.pick(rule);
    const { headers: change } = rule;
    const client = { address: clientAddress(request), protocol: 'http', host, change } as const;
    if (endpoint) void this.forwarder.forward(endpoint, request, answer, client);
    else void this.awaitPod(rule, request, answer, client);
  }

  private async awaitPod(
    rule: RouteRule,
    request: IncomingMessage,
    answer: ServerResponse,
    client: Parameters<Forwarder['forward']>[3],
  ): Promise<void> {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    answer.once('close', leave);
    const found = await this.options.backends.await(rule, gone.signal);
    answer.off('close', leave);
    if (answer.destroyed) return;
    if ('unavailable' in found) {
      const text = `The application is not ready. ${found.unavailable}`;
      sendPage(answer, { status: 503, text, retryAfterSeconds });
      return;
    }
    await this.forwarder.forward(found, request, answer, client);
  }

  private refusal({
    url = '',
    headers,
    rawHeaders,
  }: IncomingMessage): Parameters<typeof sendPage>[1] | undefined {
    const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
    if (hosts > 1 || hostnameOf(headers.host) === undefined) {
      return { status: 400, text: 'The request needs one valid Host header.', close: true };
    }
    // Requests in absolute form are for proxies that clients know of (RFC 9112, section 3.2.2).
    if (!url.startsWith('/')) return { status: 400, text: 'The request target must be a path.', close: true };
    if (url.length > longestTarget)
      return { status: 414, text: 'The request target is too long.', close: true };
    if (Number(headers['content-length'] ?? 0) > this.limits.maxBodyBytes) {
      return {
        status: 413,
        text: `The body is larger than ${String(this.limits.maxBodyBytes)} bytes.`,
        close: true,
      };
    }
    return undefined;
  }
}

/** An IPv4 address that arrives on an IPv6 socket is still one (RFC 4291, section 2.5.5.2). */
function clientAddress({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

function refuseBadRequest(error: Error, socket: Duplex): void {
  if (!socket.writable || ('code' in error && error.code === 'ECONNRESET')) {
    socket.destroy();
    return;
  }
  const code = 'code' in error ? error.code : undefined;
  const status =
    code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
