import { context, propagation, SpanKind, trace, type Context, type Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail } from '../telemetry/tracing.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's span and the context that it is active in; the reading of a body loses the active one. */
    trace?: { readonly span: Span; readonly context: Context };
  }
}

/** A span for each request, as a part of the caller's trace when it sends one (`traceparent`). */
export function traceRequests(fastify: FastifyInstance): void {
  const tracer = trace.getTracer('leasehold');
  fastify.addHook('onRequest', (request, _reply, done) => {
    const caller = propagation.extract(context.active(), request.headers);
    const span = tracer.startSpan(
      nameOf(request),
      { kind: SpanKind.SERVER, attributes: facts(request) },
      caller,
    );
    request.trace = { span, context: trace.setSpan(caller, span) };
    context.with(request.trace.context, done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const { span } = request.trace ?? {};
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (span && reply.statusCode >= 500) fail(span, `status ${reply.statusCode}`);
    span?.end();
    done();
  });
}

function nameOf(request: FastifyRequest): string {
  return `${request.method} ${request.routeOptions.url ?? 'no route'}`;
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
function facts(request: FastifyRequest): Record<string, string> {
  return {
    'http.request.method': request.method,
    'http.route': request.routeOptions.url ?? '',
    'url.path': request.url.split('?', 1)[0] ?? '',
    'client.address': request.ip,
    'leasehold.request_id': request.id,
  };
}
