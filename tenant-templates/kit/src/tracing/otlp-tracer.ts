/**
 * Sends spans over OTLP/HTTP. Loading this file loads OpenTelemetry's SDK, so it is imported only where an endpoint is set;
 * headers, limits and the sampler come from the standard OTEL_* variables, which the SDK reads itself.
 */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { traceparentOf, type RequestTracer, type TracedRequest } from './request-tracer.js';

export interface TracedWorkload {
  readonly template: string;
  readonly version: string;
  readonly tenant: string;
  readonly pod: string;
}

/** A pod that stops does not wait longer for a collector that is away. */
const timeoutMillis = 2_000;

/** A tracer of requests; `endpoint` as `OTEL_EXPORTER_OTLP_ENDPOINT` has it. */
export function otlpTracer(endpoint: string, workload: TracedWorkload): RequestTracer {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.name': workload.template,
      'service.version': workload.version,
      'service.instance.id': workload.pod,
      'leasehold.tenant': workload.tenant,
    }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis }), {
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: timeoutMillis,
      }),
    ],
  });
  const tracer = provider.getTracer('@leasehold/tenant-kit');
  return {
    begin: (request) => {
      const span = tracer.startSpan(
        `${request.method} ${request.route}`,
        optionsOf(request),
        parentOf(request),
      );
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        end: (status) => {
          span.setAttribute('http.response.status_code', status);
          if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    stop: () => provider.shutdown(),
  };
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/ */
function optionsOf({ method, route, requestId }: TracedRequest) {
  const attributes = {
    'http.request.method': method,
    'http.route': route,
    'leasehold.request_id': requestId,
  };
  return { kind: SpanKind.SERVER, attributes };
}

function parentOf({ headers }: TracedRequest) {
  const [, traceId = '', spanId = '', flags = '00'] = traceparentOf(headers)?.split('-') ?? [];
  if (traceId === '') return ROOT_CONTEXT;
  const traceFlags = parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
