/** From a request to a reply: routing, limits, errors, headers that every answer has. */
import { performance } from 'node:perf_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Access } from '../auth/access.js';
import type { Guard } from '../auth/guard.js';
import type { Logger } from '../log/logger.js';
import type { Metrics } from '../metrics/metrics.js';
import type { RouteMetrics } from '../metrics/request-metrics.js';
import type { RequestSpan, RequestTracer } from '../tracing/request-tracer.js';
import { announcesTooMuch, BodyTooLargeError } from './body.js';
import { clientAddressOf } from './client-address.js';
import { quotaRefusal, type Quota } from '../quota/quota.js';
import { IncomingRequest, pathOf } from './incoming-request.js';
import { RateLimit } from './rate-limit.js';
import { droppedStatus, problem, type Reply } from './reply.js';
import { EndSignals } from './end-signals.js';
import { requestIdOf } from './request-id.js';
import { sendPieces } from './send-pieces.js';
import { RouteTable, type Match } from './route-table.js';
import { handlerFor, type Handler, type Route } from './route.js';
import { securityHeaders } from './security-headers.js';

export interface HttpAppOptions {
  routes: readonly Route[];
  metrics: Metrics;
  logger: Logger;
  bodyLimitBytes: number;
  /** Requests per second that this replica answers; absent: no limit. */
  rateLimitPerSecond?: number | undefined;
  /** Whether the tenant's plan is used up, by a clock that does not jump; absent: it never is. */
  quota?: ((now: number) => Quota) | undefined;
  /** What stands before a route of this access; undefined: nothing. */
  guard?: (access: Access | undefined) => Guard | undefined;
}

/** Carries one request through. */
interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  path: string;
  requestId: string;
  /** While requests are traced. */
  span: RequestSpan | undefined;
}

export class HttpApp {
  private readonly table: RouteTable;
  /** The tenant's limit on this replica, for whatever else it answers. */
  readonly limit: RateLimit | undefined;
  private readonly ends = new EndSignals();
  private inFlight = 0;
  private afterAnswer: (() => void) | undefined;
  private tracer: RequestTracer | undefined;

  constructor(private readonly options: HttpAppOptions) {
    this.table = new RouteTable(options.routes, options.metrics, ({ access }) => options.guard?.(access));
    const rate = options.rateLimitPerSecond;
    this.limit = rate === undefined ? undefined : new RateLimit(rate, performance.now());
    options.metrics.gauge('http_requests_in_flight', 'Requests being answered.', () => this.inFlight);
  }

  /** The process stops: connections end with the answers they wait for, and `afterAnswer` runs after each. */
  closeAfterAnswers(afterAnswer: () => void): void {
    this.afterAnswer = afterAnswer;
    this.ends.endAll();
  }

  /** From now on each request is a part of a trace. */
  traceWith(tracer: RequestTracer): void {
    this.tracer = tracer;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathOf(request.url ?? '/');
    const match = this.table.find(path);
    const requestId = requestIdOf(request.headers['x-request-id']);
    const span = this.tracer && beginSpan(this.tracer, request, match, requestId);
    this.observe(request, response, match?.entry.metrics ?? this.table.unknown, span);
    const exchange = { request, response, path, requestId, span };
    try {
      const reply = this.answer(match, exchange);
      if (reply instanceof Promise) {
        reply.then(
          (settled) => this.send(exchange, settled),
          (error: unknown) => this.sendError(exchange, error),
        );
      } else this.send(exchange, reply);
    } catch (error) {
      this.sendError(exchange, error);
    }
  };

  private answer(match: Match | undefined, exchange: Exchange): Reply | Promise<Reply> {
    if (match === undefined) return problem(404, 'not_found', 'There is nothing at this path.');
    const { entry, params } = match;
    const { request, path, requestId } = exchange;
    const handler = handlerFor(entry.route, request.method ?? 'GET');
    if (handler === undefined) {
      const detail = `This path answers ${entry.allow} only.`;
      return problem(405, 'method_not_allowed', detail, { allow: entry.allow });
    }
    if (announcesTooMuch(request, this.options.bodyLimitBytes)) return this.tooLarge();
    const refusal = this.overLimit(entry.route, request);
    if (refusal !== undefined) return refusal;
    const incoming = new IncomingRequest(request, path, params, requestId, this.options.bodyLimitBytes, () =>
      this.ends.of(exchange.response),
    );
    incoming.span = exchange.span;
    return entry.guard === undefined ? handler(incoming) : guarded(entry.guard, incoming, handler);
  }

  private overLimit(
    { unlimited, unmetered, rateLimitBy }: Route,
    request: IncomingMessage,
  ): Reply | undefined {
    const { quota } = this.options;
    if (unlimited === true || (this.limit === undefined && quota === undefined)) return undefined;
    const now = performance.now();
    const spent = unmetered === true ? undefined : quota?.(now);
    if (spent !== undefined && spent.blocked.length > 0) {
      const refusal = quotaRefusal(spent, request.method ?? 'GET', Date.now());
      if (refusal !== undefined) return refusal;
    }
    return this.limit?.refusal(rateLimitBy ?? 'pod', now, () => clientAddressOf(request));
  }

  /** The rest of the body is not read: the connection ends with the answer. */
  private tooLarge(): Reply {
    const detail = `The body must not be longer than ${this.options.bodyLimitBytes} bytes.`;
    return problem(413, 'body_too_large', detail, { connection: 'close' });
  }

  private sendError(exchange: Exchange, error: unknown): void {
    if (error instanceof BodyTooLargeError) {
      this.send(exchange, this.tooLarge());
      return;
    }
    if (exchange.request.destroyed && !exchange.request.complete) return;
    const { requestId, path } = exchange;
    this.options.logger.error('a request failed', {
      requestId,
      method: exchange.request.method,
      path,
      error,
    });
    this.send(
      exchange,
      problem(500, 'internal', 'The request failed; the log has the reason under its request id.'),
    );
  }

  private send({ request, response, requestId }: Exchange, reply: Reply): void {
    if (reply.status === droppedStatus) {
      response.statusCode = droppedStatus;
      response.destroy();
      return;
    }
    const status = isUnchanged(request, reply) ? 304 : reply.status;
    const body = status === 304 ? '' : (reply.body ?? '');
    const headers: Record<string, string | number> = {
      ...securityHeaders,
      ...reply.headers,
      'x-request-id': requestId,
    };
    if (reply.pieces === undefined && hasLength(request, status, body))
      headers['content-length'] = Buffer.byteLength(body);
    if (this.afterAnswer !== undefined) headers['connection'] = 'close';
    if (reply.pieces !== undefined && status !== 304 && request.method !== 'HEAD') {
      response.writeHead(status, headers);
      void sendPieces(response, reply.pieces, this.ends.of(response)).catch((error: unknown) => {
        this.options.logger.error('an answer was cut off', { requestId, target: request.url, error });
      });
      return;
    }
    response.writeHead(status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private observe(
    request: IncomingMessage,
    response: ServerResponse,
    metrics: RouteMetrics,
    span: RequestSpan | undefined,
  ): void {
    const started = performance.now();
    this.inFlight += 1;
    response.once('close', () => {
      this.inFlight -= 1;
      this.afterAnswer?.();
      // 499, nginx's number for a client that went away before its answer.
      const answered = response.writableFinished || response.statusCode === droppedStatus;
      const status = answered ? response.statusCode : 499;
      const seconds = (performance.now() - started) / 1000;
      metrics.record(request.method ?? 'GET', status, seconds);
      span?.end(status);
      this.options.logger.debug('request', { method: request.method, target: request.url, status, seconds });
    });
  }
}

function beginSpan(
  tracer: RequestTracer,
  { method = 'GET', headers }: IncomingMessage,
  match: Match | undefined,
  requestId: string,
): RequestSpan {
  return tracer.begin({ method, route: match?.entry.route.path ?? 'unknown', requestId, headers });
}

async function guarded(guard: Guard, request: IncomingRequest, handler: Handler): Promise<Reply> {
  const verdict = await guard(request.headers);
  if ('refusal' in verdict) return verdict.refusal;
  request.caller = verdict.caller;
  return await handler(request);
}

/** A HEAD handler of its own does not know the length that GET would have (RFC 9110, 9.3.2). */
function hasLength(request: IncomingMessage, status: number, body: string | Buffer): boolean {
  if (status === 304 || status === 204) return false;
  return request.method !== 'HEAD' || body.length > 0;
}

function isUnchanged(request: IncomingMessage, reply: Reply): boolean {
  const etag = reply.headers?.['etag'];
  if (etag === undefined || reply.status !== 200) return false;
  const known = request.headers['if-none-match'];
  return (
    known !== undefined && (known === '*' || known.split(',').some((tag) => weakly(tag) === weakly(etag)))
  );
}

/** Weak comparison, as RFC 9110 (13.1.2) asks of If-None-Match. */
function weakly(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
