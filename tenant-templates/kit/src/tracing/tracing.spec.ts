import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { otlpTracer } from './otlp-tracer.js';
import { traceparentOf, type RequestTracer } from './request-tracer.js';

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  status: z.object({ code: z.number().optional() }),
  attributes: z.array(z.unknown()),
});
const exported = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
});

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
let spans: z.infer<typeof span>[];
let collector: Server;
let tracer: RequestTracer;

beforeEach(async () => {
  spans = [];
  collector = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { resourceSpans } = exported.parse(JSON.parse(Buffer.concat(chunks).toString()));
      spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const address = collector.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const workload = { template: 'demo', version: '1.0.0', tenant: 'ten_1', pod: 'app-1' };
  tracer = otlpTracer(`http://127.0.0.1:${port}/`, workload);
});
afterEach(() => {
  collector.closeAllConnections();
  collector.close();
});

describe('a traced request', () => {
  it("is a part of its caller's trace, and hands the trace on", async () => {
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const begun = tracer.begin({ method: 'GET', route: '/users/:name', requestId: 'r', headers });
    begun.end(200);
    await tracer.stop();
    expect(spans).toMatchObject([{ name: 'GET /users/:name', traceId, parentSpanId: '00f067aa0ba902b7' }]);
    expect(begun.traceparent).toBe(`00-${traceId}-${spans[0]?.spanId ?? ''}-01`);
  });

  it('begins a trace of its own without one, and shows a failure', async () => {
    tracer.begin({ method: 'POST', route: '/', requestId: 'r', headers: {} }).end(503);
    await tracer.stop();
    expect(spans).toMatchObject([{ name: 'POST /', status: { code: 2 } }]);
    expect(spans[0]?.parentSpanId ?? '').toBe('');
  });
});

describe('a traced call', () => {
  it("is a part of its caller's trace, by service, method and status", async () => {
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const begun = tracer.beginCall({ path: '/calc.Calc/Add', requestId: 'r', headers });
    begun.end(11);
    await tracer.stop();
    expect(spans).toMatchObject([{ name: 'calc.Calc/Add', traceId, parentSpanId: '00f067aa0ba902b7' }]);
    expect(spans[0]?.status.code ?? 0).toBe(0);
    expect(spans[0]?.attributes).toEqual([
      { key: 'rpc.system', value: { stringValue: 'grpc' } },
      { key: 'rpc.service', value: { stringValue: 'calc.Calc' } },
      { key: 'rpc.method', value: { stringValue: 'Add' } },
      { key: 'leasehold.request_id', value: { stringValue: 'r' } },
      { key: 'rpc.grpc.status_code', value: { intValue: 11 } },
    ]);
  });

  it('is an error where the server is to blame, and has no name of the caller’s making', async () => {
    tracer.beginCall({ path: undefined, requestId: 'r', headers: {} }).end(12);
    await tracer.stop();
    expect(spans).toMatchObject([{ name: 'unknown', status: { code: 2 } }]);
  });
});

it.each([
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `01-${traceId}-00f067aa0ba902b7-01`,
  `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`,
  'x',
  '',
])('%j is no traceparent', (traceparent) => {
  expect(traceparentOf({ traceparent })).toBeUndefined();
});
