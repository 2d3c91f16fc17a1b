import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { inContext, traceField } from '../telemetry/tracing.js';
import type { Metrics } from '../telemetry/metrics.js';

/** One log line and one measurement for each request that has ended; probes and scrapes only at level debug. */
export function observeRequests(
  fastify: FastifyInstance,
  { log, metrics }: { log: Logger; metrics: Metrics },
): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    metrics.http.observe({ method: request.method, route, status: reply.statusCode, seconds });
    const line = {
      requestId: request.id,
      ...(request.ctx && { actor: request.ctx.actor.id }),
      ...inContext(request.trace?.context, traceField),
      method: request.method,
      route,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    log[route.startsWith('/v1/') || reply.statusCode >= 500 ? 'info' : 'debug'](line, 'request');
    done();
  });
}
