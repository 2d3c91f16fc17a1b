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
