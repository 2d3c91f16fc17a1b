/** What the span of a gRPC call says. https://opentelemetry.io/docs/specs/semconv/rpc/grpc/ */
import { SpanKind } from '@opentelemetry/api';
import type { TracedCall } from './request-tracer.js';

/** UNKNOWN, DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS: what a server is to blame for, by the same source. */
const serverFaults = new Set([2, 4, 12, 13, 14, 15]);

/** Whether a call that ended so makes its span one of an error. */
export function isServerFault(status: number): boolean {
  return serverFaults.has(status);
}

/** `package.Service/Method`. */
export function callName({ path }: TracedCall): string {
  return path === undefined ? 'unknown' : path.slice(1);
}

export function callOptions({ path = '', requestId }: TracedCall) {
  const [, service, method] = path.split('/');
  const attributes = {
    'rpc.system': 'grpc',
    ...(service === undefined || method === undefined
      ? {}
      : { 'rpc.service': service, 'rpc.method': method }),
    'leasehold.request_id': requestId,
  };
  return { kind: SpanKind.SERVER, attributes };
}
