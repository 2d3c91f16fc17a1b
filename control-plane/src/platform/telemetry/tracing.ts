import {
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';

/**
 * Spans by OpenTelemetry's API alone. Until an SDK is registered (tracing-sdk.ts, when an OTLP endpoint is set) all of this does
 * nothing and costs next to nothing.
 */
const tracer = () => trace.getTracer('leasehold');

/** A trace as it is kept and passed on: https://www.w3.org/TR/trace-context/. */
export type Traceparent = string;

/** Runs work inside a span that ends with it; an error marks the span and goes on. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<T>,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<T> {
  return tracer().startActiveSpan(name, { attributes, kind }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The same where a span is only worth having as a part of another: what happens by the clock makes no traces. */
export async function inPart<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return trace.getActiveSpan() ? inSpan(name, attributes, work) : work();
}

export function fail(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** The trace that goes on here; undefined outside of one. */
export function currentTraceparent(): Traceparent | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}

/** The id of the trace that goes on here, for logs; undefined outside of one. */
export function currentTraceId(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? span.traceId : undefined;
}

/** A field for the log, if there is a trace. */
export function traceField(): { traceId?: string } {
  const traceId = currentTraceId();
  return traceId === undefined ? {} : { traceId };
}

/** Runs work as a part of a trace that was kept or passed on. */
export function underTrace<T>(traceparent: Traceparent | null | undefined, work: () => T): T {
  return traceparent ? context.with(propagation.extract(context.active(), { traceparent }), work) : work();
}

/** Runs work in a context that was kept from earlier, or simply runs it. */
export function inContext<T>(kept: Context | undefined, work: () => T): T {
  return kept ? context.with(kept, work) : work();
}

/** Makes spans that begin and end by events, as parts of the span that is active now; undefined while nobody traces. */
export function spanMaker(): ((name: string, attributes: Attributes) => Span) | undefined {
  if (!trace.getActiveSpan()) return undefined;
  const parent = context.active();
  return (name, attributes) => tracer().startSpan(name, { attributes }, parent);
}
