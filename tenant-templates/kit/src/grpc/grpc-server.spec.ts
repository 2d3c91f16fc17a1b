import { once } from 'node:events';
import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger } from '../log/logger.js';
import { Metrics } from '../metrics/metrics.js';
import { frame } from './frames.js';
import { GrpcApp } from './grpc-app.js';
import { GrpcServer } from './grpc-server.js';
import { GrpcError, Status } from './status.js';

const logged: string[] = [];
const aborted: string[] = [];
let metrics: Metrics;
let server: GrpcServer;
let session: ClientHttp2Session;
let app: GrpcApp;

/** Resolves when the caller goes, the deadline passes or the pod stops. */
const gone = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

beforeEach(async () => {
  logged.length = 0;
  aborted.length = 0;
  metrics = new Metrics();
  app = new GrpcApp({
    services: {
      methods: {
        '/test.Test/Echo': { unary: (message) => message },
        '/test.Test/Refuse': {
          unary: () => {
            throw new GrpcError(Status.outOfRange, 'größer als 100 %');
          },
        },
        '/test.Test/Trace': { unary: (_message, { traceparent = '' }) => Buffer.from(traceparent) },
        '/test.Test/Break': { unary: () => Promise.reject(new Error('secret detail')) },
        '/test.Test/Wait': {
          unary: async (message, { signal }) => {
            await gone(signal);
            aborted.push('unary');
            return message;
          },
        },
        '/test.Test/Count': {
          stream: async function* (message, { signal }) {
            for (let n = 0; n < 3; n++) yield Buffer.from([n]);
            if (message.length === 0) return;
            await gone(signal);
            aborted.push('stream');
          },
        },
      },
    },
    metrics,
    logger: createLogger('error', {}, (line) => logged.push(line)),
    messageLimitBytes: 100,
  });
  server = new GrpcServer(app);
  session = connect(`http://127.0.0.1:${await server.listen(0, '127.0.0.1')}`);
});
afterEach(async () => {
  session.destroy();
  await server.drain(0);
});

interface End {
  status: number;
  code: string | undefined;
  message: string | undefined;
  body: Buffer;
}

function begin(path: string, headers: Record<string, string> = {}) {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  });
  const chunks: Buffer[] = [];
  let head: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on('response', (received) => (head = received));
  stream.on('trailers', (received: IncomingHttpHeaders) => (trailers = received));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => undefined);
  const end = once(stream, 'close').then((): End => {
    const all = { ...head, ...trailers };
    return {
      status: Number(head[':status']),
      code: all['grpc-status'] as string | undefined,
      message: all['grpc-message'] as string | undefined,
      body: Buffer.concat(chunks),
    };
  });
  return { stream, end };
}

function call(path: string, body: Buffer, headers: Record<string, string> = {}): Promise<End> {
  const { stream, end } = begin(path, headers);
  stream.end(body);
  return end;
}

describe('a gRPC server', () => {
  it('answers with the message and status 0 in the trailers', async () => {
    const sent = frame(Buffer.from('hello'));
    expect(await call('/test.Test/Echo', sent)).toEqual({
      status: 200,
      code: '0',
      message: undefined,
      body: sent,
    });
  });

  it('hands the trace of its caller on, and its own once it traces: by the declared path, to the status', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const trace = () =>
      call('/test.Test/Trace', frame(Buffer.alloc(0)), { traceparent, 'x-request-id': 'req-1' });
    expect((await trace()).body).toEqual(frame(Buffer.from(traceparent)));
    const spans: unknown[] = [];
    app.traceWith({
      begin: () => expect.fail('This is no HTTP request.'),
      beginCall: ({ path, requestId, headers }) => ({
        traceparent: 'its own',
        end: (status) => spans.push([path, requestId, headers['traceparent'], status]),
      }),
      stop: () => Promise.resolve(),
    });
    expect((await trace()).body).toEqual(frame(Buffer.from('its own')));
    await call('/test.Test/Nothing', frame(Buffer.alloc(0)), { 'x-request-id': 'req-2' });
    await expect
      .poll(() => spans)
      .toEqual([
        ['/test.Test/Trace', 'req-1', traceparent, 0],
        [undefined, 'req-2', undefined, 12],
      ]);
  });

  it('streams messages, then the status', async () => {
    const { code, body } = await call('/test.Test/Count', frame(Buffer.alloc(0)));
    expect(code).toBe('0');
    expect(body).toEqual(Buffer.concat([0, 1, 2].map((n) => frame(Buffer.from([n])))));
  });

  it('says an error in the encoding that the protocol asks for, and hides what nobody foresaw', async () => {
    const refused = await call('/test.Test/Refuse', frame(Buffer.alloc(0)));
    expect([refused.code, refused.message]).toEqual(['11', 'gr%C3%B6%C3%9Fer als 100 %25']);
    const broken = await call('/test.Test/Break', frame(Buffer.alloc(0)), { 'x-request-id': 'req-1' });
    expect(broken.code).toBe('13');
    expect(broken.message).toContain('req-1');
    expect(broken.message).not.toContain('secret');
    expect(logged.join('')).toContain('secret detail');
  });

  it.each([
    ['no message', Buffer.alloc(0), '3'],
    ['a message that is cut short', Buffer.from([0, 0, 0, 0, 9, 1]), '3'],
    ['two messages', Buffer.concat([frame(Buffer.from('a')), frame(Buffer.from('b'))]), '12'],
    ['a compressed message', Buffer.from([1, 0, 0, 0, 1, 7]), '12'],
    ['a message beyond the limit', frame(Buffer.alloc(200)), '8'],
  ])('refuses %s', async (_what, body, code) => {
    expect((await call('/test.Test/Echo', body)).code).toBe(code);
  });

  it('knows no other path, no other content type, and no malformed deadline', async () => {
    const message = frame(Buffer.alloc(0));
    expect((await call('/test.Test/None', message)).code).toBe('12');
    expect((await call('/test.Test/Echo', message, { 'content-type': 'application/json' })).status).toBe(415);
    expect((await call('/test.Test/Echo', message, { 'grpc-timeout': 'soon' })).code).toBe('3');
  });

  it('ends a call at its deadline, and tells the method', async () => {
    const { code } = await call('/test.Test/Wait', frame(Buffer.alloc(0)), { 'grpc-timeout': '20m' });
    expect(code).toBe('4');
    await expect.poll(() => aborted).toEqual(['unary']);
  });

  it('tells a method that its caller has gone', async () => {
    const { stream } = begin('/test.Test/Count');
    stream.end(frame(Buffer.from('on')));
    await once(stream, 'data');
    stream.close();
    await expect.poll(() => aborted).toEqual(['stream']);
    await expect
      .poll(() => metrics.expose())
      .toContain('grpc_server_handled_total{method="/test.Test/Count",code="CANCELLED"} 1');
  });

  it('lets calls end when it stops, and sends streams elsewhere', async () => {
    const streamed = begin('/test.Test/Count');
    streamed.stream.end(frame(Buffer.from('on')));
    await once(streamed.stream, 'data');
    const echoed = begin('/test.Test/Echo');
    await expect.poll(() => metrics.expose()).toContain('grpc_calls_in_flight 2');
    const drained = server.drain(10_000);
    expect((await streamed.end).code).toBe('14');
    echoed.stream.end(frame(Buffer.from('late')));
    expect((await echoed.end).code).toBe('0');
    expect(await drained).toBe(true);
  });
});
