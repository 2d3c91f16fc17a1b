import {
  connect,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Upstream } from './backends.js';
import { countBytes, type BodyBytes } from './body-bytes.js';
import { grouped } from './client-answer.js';
import { requestHeaders, type Client } from './forwarded-headers.js';

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

/** A request as it came over HTTP/2. */
export interface H2Request {
  stream: ServerHttp2Stream;
  method: string;
  path: string;
  /** Names and values in turn, without pseudo-headers. */
  headers: readonly string[];
  client: Client;
  bytes?: BodyBytes;
}

/** Hands HTTP/2 streams, gRPC calls above all, to pods that speak HTTP/2 without TLS: headers, data and trailers as they come. */
export class H2Forwarder {
  private readonly sessions = new WeakMap<Upstream['endpoint'], Map<number, ClientHttp2Session>>();

  /** Never throws; a pod that cannot be reached is answered with 502, which gRPC's clients take for UNAVAILABLE. */
  forward(upstream: Upstream, request: H2Request): void {
    const { stream, client, bytes } = request;
    upstream.endpoint.enter();
    stream.once('close', () => upstream.endpoint.leave());
    const te = request.headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'te');
    const headers: OutgoingHttpHeaders = {
      ...withoutHost(grouped(requestHeaders(request.headers, client))),
      ...(te ? { te: 'trailers' } : {}),
      ':method': request.method,
      ':path': request.path,
      ':scheme': client.protocol,
      ':authority': client.host,
    };
    const call = this.session(upstream).request(headers);
    stream.pipe(call);
    if (bytes) countBytes(stream, (count) => bytes.received(count));
    handBack(call, stream, bytes);
  }

  private session({ endpoint, port }: Upstream): ClientHttp2Session {
    const held = this.sessions.get(endpoint) ?? new Map<number, ClientHttp2Session>();
    this.sessions.set(endpoint, held);
    const open = held.get(port);
    if (open && !open.closed && !open.destroyed) return open;
    const session = connect(`http://127.0.0.1:${String(port)}`, { settings: { enablePush: false } });
    // Its streams report what went wrong.
    session.on('error', () => undefined);
    session.unref();
    endpoint.onRetire(() => session.close());
    held.set(port, session);
    return session;
  }
}

function handBack(call: ClientHttp2Stream, stream: ServerHttp2Stream, bytes?: BodyBytes): void {
  let trailers: IncomingHttpHeaders = {};
  call.on('response', (head, flags) => {
    if (stream.destroyed || stream.headersSent) return;
    const endStream = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
    stream.respond(head, endStream ? { endStream } : { waitForTrailers: true });
    if (endStream) return;
    call.pipe(stream);
    if (bytes) countBytes(call, (count) => bytes.sent(count));
  });
  call.on('trailers', (sent: IncomingHttpHeaders) => {
    trailers = sent;
  });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  call.on('error', () => undefined);
  call.once('close', () => {
    if (stream.destroyed || stream.closed) return;
    if (!stream.headersSent) sayUnreachable(stream);
    // A stream that was cut off must not look as if it had ended.
    else if (call.rstCode !== NGHTTP2_NO_ERROR) stream.close(call.rstCode);
    else if (!stream.writableEnded && !call.readableEnded) stream.close(NGHTTP2_INTERNAL_ERROR);
  });
  stream.on('error', () => undefined);
  stream.once('close', () => {
    if (!call.closed) call.close(stream.rstCode === NGHTTP2_NO_ERROR ? NGHTTP2_NO_ERROR : NGHTTP2_CANCEL);
  });
}

function sayUnreachable(stream: ServerHttp2Stream): void {
  stream.respond({
    ':status': 502,
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
  });
  stream.end('The application ended the connection before it had answered.\n');
}

/** HTTP/2 has `:authority` in its place. */
function withoutHost(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'host'));
}
