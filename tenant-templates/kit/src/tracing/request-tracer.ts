/** Traces of requests, as the rest of the kit sees them: nothing of an SDK. */
import type { IncomingHttpHeaders } from 'node:http';

/** One request that is being answered, as a part of a trace. */
export interface RequestSpan {
  /** For calls that the workload makes on behalf of the request (https://www.w3.org/TR/trace-context/#traceparent-header). */
  readonly traceparent: string;
  /** The answer has ended with this status (of HTTP, 499 when the client went away; of gRPC for a call). */
  end(status: number): void;
}

export interface TracedRequest {
  readonly method: string;
  /** Its path as declared, never the caller's text. */
  readonly route: string;
  readonly requestId: string;
  readonly headers: IncomingHttpHeaders;
}

/** A gRPC call. */
export interface TracedCall {
  /** Its path as declared, `/package.Service/Method`; undefined for one that there is not. */
  readonly path: string | undefined;
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface RequestTracer {
  begin(request: TracedRequest): RequestSpan;
  beginCall(call: TracedCall): RequestSpan;
  /** Sends what is left. */
  stop(): Promise<void>;
}

const form = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The caller's `traceparent`, when it is one. */
export function traceparentOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): string | undefined {
  const header = headers['traceparent'];
  return typeof header === 'string' && form.test(header) ? header : undefined;
}
