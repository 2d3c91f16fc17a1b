/**
 * Sends spans over OTLP/HTTP. Loading this file loads OpenTelemetry's SDK, so it is imported only where an endpoint is set;
 * limits, sampler and further attributes of the resource come from the standard OTEL_* variables.
 */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { callName, callOptions, isServerFault } from './call-span.js';
import {
  traceparentOf,
  type RequestSpan,
  type RequestTracer,
  type TracedCall,
  type TracedRequest,
} from './request-tracer.js';

export interface TracedWorkload {
  readonly template: string;
  readonly version: string;
  readonly tenant: string;
  readonly pod: string;
}

/** A pod that stops does not wait longer for a collector that is away. */
const timeoutMillis = 2_000;

/** A tracer of requests; `endpoint` as `OTEL_EXPORTER_OTLP_ENDPOINT` has it. */
export function otlpTracer(
  endpoint: string,
  workload: TracedWorkload,
  headers: Readonly<Record<string, string>> = {},
): RequestTracer {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const own = resourceFromAttributes({
    'service.name': workload.template,
    'service.version': workload.version,
    'service.instance.id': workload.pod,
    'leasehold.tenant': workload.tenant,
  });
  const provider = new BasicTracerProvider({
    resource: detectResources({ detectors: [envDetector] }).merge(own),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis, headers: { ...headers } }), {
        scheduledDelayMillis: 1_000,
        exportTimeoutMillis: timeoutMillis,
      }),
    ],
  });
  const tracer = provider.getTracer('@leasehold/tenant-kit');
  return {
    begin: (request) => {
      const name = `${request.method} ${request.route}`;
      const span = tracer.startSpan(name, optionsOf(request), parentOf(request));
      return begun(span, 'http.response.status_code', (status) => status >= 500);
    },
    beginCall: (call) => {
      const span = tracer.startSpan(callName(call), callOptions(call), parentOf(call));
      return begun(span, 'rpc.grpc.status_code', isServerFault);
    },
    stop: () => provider.shutdown(),
  };
}

/** What a span is to whoever answers; it ends with a status. */
function begun(span: Span, attribute: string, isError: (status: number) => boolean): RequestSpan {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    end: (status) => {
      span.setAttribute(attribute, status);
      if (isError(status)) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
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

function parentOf({ headers }: Pick<TracedCall, 'headers'>) {
  const [, traceId = '', spanId = '', flags = '00'] = traceparentOf(headers)?.split('-') ?? [];
  if (traceId === '') return ROOT_CONTEXT;
  const traceFlags = parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
