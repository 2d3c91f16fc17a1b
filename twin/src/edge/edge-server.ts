/**
 * The twin's edge: it takes requests for every client on one port (and, with TLS, on a second) and sends each, by its
 * Host and path, to a ready pod of the Service that an HTTPRoute in the inventory names. It stands for a cell's Gateway.
 */
import type { IncomingMessage } from 'node:http';
import { Http2ServerRequest, Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import { TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { Backends, Unavailable, Upstream } from './backends.js';
import type { ClientAnswer, ClientRequest } from './client-answer.js';
import { isGone, plainHeaders } from './client-answer.js';
import type { BodyBytes } from './body-bytes.js';
import { askingOf, type Asking, type CachedAnswers } from './cache/cached-answers.js';
import { hostnameOf } from './host-name.js';
import { Connections, type ConnectionLimits, type TlsPort } from './connections.js';
import { Forwarder, type ForwardLimits } from './forward.js';
import type { Client } from './forwarded-headers.js';
import { H2Forwarder } from './h2-forward.js';
import { isPage, sendFromCache, sendPage, type Page } from './page.js';
import { Router, valuesOf, type Asked } from './router.js';
import type { RouteRule, RouteTable } from './route-table.js';
import { forwardUpgrade, isWebSocket, refuseUpgrade } from './upgrade.js';

export interface EdgeOptions {
  host: string;
  /** 0 takes a free port. */
  port: number;
  tls?: TlsPort;
  /** The routes of the HTTP listeners, or over TLS of the HTTPS ones, as they are now; called for each request. */
  routes: (secure: boolean) => RouteTable;
  backends: Backends;
  /** Without it nothing is metered. */
  meter?: TrafficMeter;
  /** Without it nothing is cached. */
  cache?: CachedAnswers;
  limits?: Partial<EdgeLimits>;
}

/** Told of what clients ask, by the namespace of the route. */
export interface TrafficMeter {
  /** A request to a route is over. */
  answered(namespace: string, status: number): void;
  /** The bodies of one exchange are about to pass. */
  bodies(namespace: string): BodyBytes;
}

export type EdgeLimits = ForwardLimits & ConnectionLimits;

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

export class EdgeServer {
  private readonly connections: Connections;
  private readonly router: Router;
  private readonly forwarder: Forwarder;
  private readonly h2: H2Forwarder;
  private readonly limits: EdgeLimits;

  private constructor(private readonly options: EdgeOptions) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.router = new Router(options.routes, this.limits.maxBodyBytes);
    this.forwarder = new Forwarder(this.limits);
    this.h2 = new H2Forwarder();
    this.connections = new Connections(this.limits, isWebSocket);
    const { http1, http2 } = this.connections;
    http1.on('request', (request, answer) => void this.take(request, answer));
    http1.on('upgrade', (request: IncomingMessage, socket, head) => void this.upgrade(request, socket, head));
    http1.on('clientError', refuseBadRequest);
    http1.on('connect', (_request, socket: Duplex) =>
      socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\n\r\n'),
    );
    http2.on(
      'stream',
      (stream, headers, _flags, rawHeaders) => void this.takeStream(stream, headers, rawHeaders),
    );
  }

  /** @throws Error with code EADDRINUSE when a port is taken */
  static async start(options: EdgeOptions): Promise<EdgeServer> {
    const edge = new EdgeServer(options);
    await edge.connections.listen(options.host, options.port, options.tls);
    return edge;
  }

  get port(): number {
    return this.connections.port ?? this.options.port;
  }

  /** Undefined without TLS. */
  get tlsPort(): number | undefined {
    return this.connections.tlsPort;
  }

  /** Takes no new requests, lets those in hand end for `graceMs`, then cuts them off. */
  close(graceMs = 2_000): Promise<void> {
    return this.connections.close(graceMs);
  }

  private async take(request: ClientRequest, answer: ClientAnswer, known?: RouteRule): Promise<void> {
    answer.on('error', () => answer.destroy());
    const rule = known ?? this.router.find(asked(request));
    if (isPage(rule)) {
      sendPage(answer, rule);
      return;
    }
    if (!known) this.meter(rule, answer, () => answer.statusCode);
    const asking = this.askingOf(request, rule);
    const bytes = this.options.meter?.bodies(rule.namespace);
    if (asking && (await this.answeredByCache(asking, answer, bytes))) return;
    // Without a wait where there is a pod already: this is the way of nearly every request.
    const upstream = this.options.backends.pick(rule) ?? (await this.wake(rule, answer));
    if (isGone(answer)) return;
    const fill = asking && 'port' in upstream ? this.options.cache?.fill(asking) : undefined;
    if ('unavailable' in upstream) sendPage(answer, notReady(upstream));
    else if (upstream.protocol === 'h2c') sendPage(answer, needsHttp2);
    else {
      const more = { ...(fill && { fill }), ...(bytes && { bytes }) };
      await this.forwarder.forward(upstream, request, answer, clientOf(request, rule), more);
    }
  }

  private meter(rule: RouteRule, over: Closing, status: () => number): void {
    const { meter } = this.options;
    if (meter) over.once('close', () => meter.answered(rule.namespace, status()));
  }

  /** Undefined when the route has no CDN, or the request no business with it. */
  private askingOf(request: ClientRequest, { cdn, namespace, route }: RouteRule): Asking | undefined {
    if (cdn === undefined || this.options.cache === undefined) return undefined;
    const raw = 'stream' in request ? plainHeaders(request.rawHeaders) : request.rawHeaders;
    const { host, protocol } = placeOf(request);
    // Each hostname and route has answers of its own, and a route that is made anew finds none of its predecessor's.
    const place = { hostname: hostnameOf(host) ?? '', rest: `${namespace}/${route}/${cdn.origin}`, protocol };
    return askingOf(request, place, cdn.policy, raw);
  }

  /** Many requests for the same at once are one for the origin: the others wait for its answer, when it may be kept. */
  private async answeredByCache(asking: Asking, answer: ClientAnswer, bytes?: BodyBytes): Promise<boolean> {
    const { cache } = this.options;
    let kept = cache?.answer(asking);
    const others = kept ? undefined : cache?.others(asking);
    if (others) {
      await others;
      kept = cache?.answer(asking);
    }
    if (kept) {
      sendFromCache(answer, kept);
      bytes?.sent(kept.body.length);
    }
    return kept !== undefined;
  }

  private async takeStream(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
  ): Promise<void> {
    stream.on('error', () => undefined);
    const request = new Http2ServerRequest(stream, headers, {}, rawHeaders);
    const rule = this.router.find(asked(request));
    const upstream = isPage(rule)
      ? undefined
      : (this.options.backends.pick(rule) ?? (await this.wake(rule, stream)));
    if (stream.destroyed) return;
    if (!isPage(rule))
      this.meter(rule, stream, () => (stream.headersSent ? Number(stream.sentHeaders[':status']) : 0));
    if (
      isPage(rule) ||
      upstream === undefined ||
      !('protocol' in upstream) ||
      upstream.protocol === 'http1'
    ) {
      const answer = new Http2ServerResponse(stream);
      await this.take(request, answer, isPage(rule) ? undefined : rule);
      return;
    }
    const [method, path] = [headers[':method'] ?? 'GET', headers[':path'] ?? '/'];
    const client = clientOf(request, rule);
    const bytes = this.options.meter?.bodies(rule.namespace);
    const sent = { stream, method, path, headers: plainHeaders(rawHeaders), client };
    this.h2.forward(upstream, { ...sent, ...(bytes && { bytes }) });
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy());
    const rule = this.router.find(asked(request));
    if (isPage(rule)) {
      refuseUpgrade(socket, rule);
      return;
    }
    const upstream = this.options.backends.pick(rule) ?? (await this.wake(rule, socket));
    if ('unavailable' in upstream) refuseUpgrade(socket, notReady(upstream));
    else if (upstream.protocol === 'h2c') refuseUpgrade(socket, needsHttp2);
    else if (!socket.destroyed) {
      const { betweenBytesMs: silentMs } = this.limits;
      const bytes = this.options.meter?.bodies(rule.namespace);
      const upgrading = { request, socket, head, client: clientOf(request, rule), silentMs };
      forwardUpgrade(upstream, { ...upgrading, ...(bytes && { bytes }) });
    }
  }

  /** Waits for a pod as long as the client does. */
  private async wake(rule: RouteRule, client: Closing): Promise<Upstream | Unavailable> {
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    client.once('close', leave);
    const found = await this.options.backends.await(rule, gone.signal);
    client.off('close', leave);
    return found;
  }
}

/** What can be waited for, and may leave. */
interface Closing {
  once(event: 'close', left: () => void): unknown;
  off(event: 'close', left: () => void): unknown;
}

const needsHttp2: Page = {
  status: 502,
  text: 'The application speaks HTTP/2 here, as for gRPC.',
  close: true,
};

function notReady({ unavailable }: Unavailable): Page {
  return { status: 503, text: `The application is not ready. ${unavailable}`, retryAfterSeconds };
}

function asked(request: ClientRequest): Asked {
  const { method = 'GET', url: target = '', headers, rawHeaders } = request;
  const hosts = 'stream' in request ? [request.authority] : valuesOf(rawHeaders, 'host');
  const secure = placeOf(request).protocol === 'https';
  return { method, target, hosts, secure, contentLength: Number(headers['content-length'] ?? 0) };
}

function clientOf(request: ClientRequest, { headers: change }: RouteRule): Client {
  return { ...placeOf(request), change };
}

/** An IPv4 address that arrives on an IPv6 socket is still one (RFC 4291, section 2.5.5.2). */
function placeOf(request: ClientRequest): Omit<Client, 'change'> {
  const socket = 'stream' in request ? request.stream.session?.socket : request.socket;
  return {
    address: (socket?.remoteAddress ?? '').replace(/^::ffff:/, ''),
    protocol: socket instanceof TLSSocket ? 'https' : 'http',
    host: 'stream' in request ? request.authority : (request.headers.host ?? ''),
  };
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
