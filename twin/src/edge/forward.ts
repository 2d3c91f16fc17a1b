import { errors, Pool, type Dispatcher } from 'undici';
import type { Endpoint } from '../pods/endpoint.js';
import type { Fill, Tap } from './cache/cached-answers.js';
import type { Upstream } from './backends.js';
import type { BodyBytes } from './body-bytes.js';
import {
  flushHead,
  isComplete,
  isGone,
  plainHeaders,
  writeHead,
  writePiece,
  type ClientAnswer,
  type ClientRequest,
} from './client-answer.js';
import { requestHeaders, responseHeaders, type Client } from './forwarded-headers.js';
import { limitedBody, BodyTooLargeError } from './limited-body.js';
import { sendFromCache, sendPage, type Page } from './page.js';

export interface ForwardLimits {
  /** Time for the first byte of an answer, and between two pieces of it. */
  firstByteMs: number;
  betweenBytesMs: number;
  maxBodyBytes: number;
}

/** Who is told of an exchange besides its client. */
export interface Witnesses {
  fill?: Fill;
  bytes?: BodyBytes;
}

/** The connections to the pods: one pool for each life of a pod's process, closed when the pod takes no more requests. */
export class Forwarder {
  private readonly pools = new WeakMap<Endpoint, Map<number, Pool>>();

  constructor(private readonly limits: ForwardLimits) {}

  /** Sends a request to a pod and its answer back, both as they come. Resolves when both have ended; never throws. */
  forward(
    { endpoint, port }: Pick<Upstream, 'endpoint' | 'port'>,
    request: ClientRequest,
    answer: ClientAnswer,
    client: Client,
    { fill, bytes }: Witnesses = {},
  ): Promise<void> {
    endpoint.enter();
    return new Promise((resolve) => {
      const done = (): void => {
        endpoint.leave();
        resolve();
      };
      const { firstByteMs, betweenBytesMs, maxBodyBytes } = this.limits;
      const exchange = new Exchange(answer, done, fill?.tap, bytes);
      const options = {
        path: request.url ?? '/',
        method: request.method ?? 'GET',
        headers: originHeaders(headersOf(request), client, fill),
        body: hasBody(request) ? limitedBody(request, maxBodyBytes, bytes) : null,
        headersTimeout: firstByteMs,
        bodyTimeout: betweenBytesMs,
      };
      try {
        this.poolOf(endpoint, port).dispatch(options, exchange);
      } catch (error) {
        exchange.fail(error);
      }
    });
  }

  private poolOf(endpoint: Endpoint, port: number): Pool {
    const held = this.pools.get(endpoint) ?? new Map<number, Pool>();
    this.pools.set(endpoint, held);
    let pool = held.get(port);
    if (pool === undefined) {
      // One request a connection at a time: so a connection that breaks fails one request, and none is sent twice.
      const created = new Pool(`http://127.0.0.1:${String(port)}`, {
        pipelining: 1,
        connectTimeout: 2_000,
      });
      endpoint.onRetire(() => void created.close().catch(() => undefined));
      held.set(port, (pool = created));
    }
    return pool;
  }
}

/** A condition of the cache stands in the place of the client's own, which is about what the client has. */
function originHeaders(raw: readonly string[], client: Client, fill: Fill | undefined): string[] {
  const headers = requestHeaders(raw, client);
  if (fill === undefined) return headers;
  const own = new Set(['if-none-match', 'if-modified-since']);
  const kept = headers.filter((_, index) => !own.has((headers[index - (index % 2)] ?? '').toLowerCase()));
  return [...kept, ...fill.conditions];
}

function headersOf(request: ClientRequest): readonly string[] {
  return 'stream' in request ? plainHeaders(request.rawHeaders) : request.rawHeaders;
}

/** A request has a body when its framing says so: RFC 9112, section 6.3. */
function hasBody(request: ClientRequest): boolean {
  const { headers } = request;
  if ('stream' in request) return !request.stream.endAfterHeaders;
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** One request on its way: hands the pod's answer to the client at the client's pace. */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private over = false;
  /** The cache has answered in the origin's place. */
  private replaced = false;

  constructor(
    private readonly answer: ClientAnswer,
    private readonly done: () => void,
    private readonly tap?: Tap,
    private readonly bytes?: BodyBytes,
  ) {
    answer.once('close', () => this.clientClosed());
    answer.on('drain', () => this.controller?.resume());
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (isGone(this.answer)) controller.abort(new ClientGoneError());
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // 100 to 199 are news on the way, not the answer.
    if (status < 200 || isGone(this.answer)) return;
    const headers = responseHeaders(textHeaders(controller.rawHeaders));
    const told = this.tap?.begun(status, headers);
    if (told && 'instead' in told) {
      this.replaced = true;
      sendFromCache(this.answer, told.instead);
      this.bytes?.sent(told.instead.body.length);
      return;
    }
    headers.push(...(told?.add ?? []));
    writeHead(this.answer, status, headers);
    // A stream may be silent for a while: its client shall know that it has begun.
    if (!headers.some((name, index) => index % 2 === 0 && name.toLowerCase() === 'content-length')) {
      flushHead(this.answer);
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.replaced) return;
    this.tap?.data(chunk);
    this.bytes?.sent(chunk.length);
    if (!writePiece(this.answer, chunk)) controller.pause();
  }

  onResponseEnd(): void {
    if (!this.replaced) this.answer.end();
    this.finish(true);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.fail(error);
  }

  fail(error: unknown): void {
    if (!(error instanceof ClientGoneError) && !this.replaced) sendPage(this.answer, pageFor(error));
    this.finish();
  }

  private clientClosed(): void {
    if (!isComplete(this.answer)) this.controller?.abort(new ClientGoneError());
    // Not sent yet: onRequestStart will see that the client has gone.
  }

  private finish(whole = false): void {
    if (this.over) return;
    this.over = true;
    this.tap?.ended(whole);
    this.done();
  }
}

class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
}

function pageFor(error: unknown): Page {
  if (error instanceof BodyTooLargeError) return { status: 413, text: error.message, close: true };
  if (error instanceof errors.HeadersTimeoutError) {
    return { status: 504, text: 'The application took too long to answer.', close: true };
  }
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError) {
    return { status: 400, text: 'The request cannot be sent on.', close: true };
  }
  return { status: 502, text: 'The application ended the connection before it had answered.', close: true };
}

/** undici gives the headers of HTTP/1 as bytes, names and values in turn. */
function textHeaders(raw: Dispatcher.DispatchController['rawHeaders']): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
}
