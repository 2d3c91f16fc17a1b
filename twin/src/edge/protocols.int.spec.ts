import { once } from 'node:events';
import { connect as connectH2 } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { resourceTypes } from '../inventory/resource-types.js';
import { hostnameOfClient } from '../testing/local-cloud.js';
import { eventually } from '../testing/eventually.js';
import { TwinUnderTest } from '../testing/twin-under-test.js';

let under: TwinUnderTest;
beforeAll(async () => {
  under = await TwinUnderTest.open();
});
afterAll(() => under.dispose());
beforeEach(async () => {
  await under.setUp();
  await under.serving('acme');
});
afterEach(() => under.tearDown());

const host = hostnameOfClient('acme');

describe('A WebSocket', () => {
  const open = (path = '/', headers: Record<string, string> = {}): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${String(under.twin.edgePort)}${path}`, { headers: { host, ...headers } });

  async function said(socket: WebSocket): Promise<string> {
    const [message] = (await once(socket, 'message')) as [Buffer];
    return message.toString();
  }

  it('goes through to the pod and back, with the client’s true address', async () => {
    const socket = open('/', { 'x-forwarded-for': '6.6.6.6' });
    expect(await said(socket)).toBe('127.0.0.1');
    for (const text of ['one', 'two']) {
      socket.send(text);
      expect(await said(socket)).toBe(text);
    }
    socket.terminate();
  });

  it('keeps its pod awake for as long as it is open', async () => {
    await under.restart({ idleMs: 200 });
    const socket = open();
    expect(await said(socket)).toBe('127.0.0.1');
    const asked = performance.now();
    await eventually(() => expect(performance.now() - asked).toBeGreaterThan(600));
    expect((await under.podsOf('acme'))[0]?.phase).toBe('Running');
    socket.terminate();
    await eventually(async () => expect((await under.podsOf('acme'))[0]?.phase).toBe('Asleep'));
  });

  it('is refused with a page where there is no route, with 503 where there is no pod, and as the pod refuses it', async () => {
    const refusal = async (socket: WebSocket): Promise<string> => {
      const [error] = (await once(socket, 'error')) as [Error];
      return error.message;
    };
    expect(await refusal(open('/', { host: 'nobody.example.test' }))).toContain('404');
    expect(await refusal(open('/metrics'))).toContain('404');
    expect(await refusal(open('/refused'))).toContain('403');
    await under.target.inventory.remove({ type: resourceTypes.deployment, scope: 't-acme', name: 'app' });
    await eventually(async () => expect((await under.get('acme')).status).toBe(503));
    expect(await refusal(open())).toContain('503');
  });

  it('is ended when the twin ends', async () => {
    const socket = open();
    await said(socket);
    const closed = once(socket, 'close');
    await under.restart();
    await closed;
  });
});

describe('A gRPC call', () => {
  const bytes = (value: Buffer): Buffer => value;
  let client: Client;
  const calling = (authority = host): Client => {
    client = new Client(`127.0.0.1:${String(under.twin.edgePort)}`, credentials.createInsecure(), {
      'grpc.default_authority': authority,
    });
    return client;
  };
  afterEach(() => client.close());

  const unary = (over: Client, method: string, metadata = new Metadata()) =>
    new Promise<{ error: ServiceError | null; answer: Buffer | undefined; trailers: Metadata }>((resolve) => {
      let result: { error: ServiceError | null; answer: Buffer | undefined };
      over
        .makeUnaryRequest(method, bytes, bytes, Buffer.from('hello'), metadata, (error, answer) => {
          result = { error, answer };
        })
        .on('status', ({ metadata: trailers }) => setImmediate(() => resolve({ ...result, trailers })));
    });

  it('goes to the port that speaks it, on the one port of the edge, and its trailers come back', async () => {
    const metadata = new Metadata();
    metadata.set('x-forwarded-for', '6.6.6.6');
    const { error, answer, trailers } = await unary(calling(`${host}:8081`), '/sample.Sample/Echo', metadata);
    expect(error).toBeNull();
    expect(answer?.toString()).toBe('hello');
    expect(trailers.get('x-from')).toEqual(['127.0.0.1']);
    expect(trailers.get('x-host')).toEqual([`${host}:8081`]);
    expect((await under.get('acme')).status).toBe(200);
  });

  it('is metered by the bytes of its messages, as are the frames of a WebSocket', async () => {
    const before = await under.metered('acme');
    await unary(calling(), '/sample.Sample/Echo');
    const socket = new WebSocket(`ws://127.0.0.1:${String(under.twin.edgePort)}/`, { headers: { host } });
    const [greeting] = (await once(socket, 'message')) as [Buffer];
    socket.send('one');
    await once(socket, 'message');
    socket.terminate();
    // A message of gRPC has five bytes before it, a short frame of a WebSocket two, and four more for the client's mask.
    expect(await under.metered('acme')).toEqual({
      requestBytes: before.requestBytes + 5 + 'hello'.length + 2 + 4 + 'one'.length,
      responseBytes: before.responseBytes + 5 + 'hello'.length + 2 + greeting.length + 2 + 'one'.length,
    });
  });

  it('fails with the status and message of the application', async () => {
    const { error } = await unary(calling(), '/sample.Sample/Fail');
    expect(error).toMatchObject({ code: status.OUT_OF_RANGE, details: '1 <= n <= 10001' });
  });

  it('streams both ways without waiting for the end', async () => {
    const call = calling().makeBidiStreamRequest('/sample.Sample/Echo', bytes, bytes);
    for (const message of ['one', 'two', 'three']) {
      call.write(Buffer.from(message));
      const [answer] = (await once(call, 'data')) as [Buffer];
      expect(answer.toString()).toBe(message);
    }
    const ended = once(call, 'status');
    call.end();
    call.resume();
    expect((await ended)[0]).toMatchObject({ code: status.OK });
  });

  it('is UNIMPLEMENTED for a hostname without a route, UNAVAILABLE while there is no pod', async () => {
    expect((await unary(calling('nobody.example.test'), '/sample.Sample/Echo')).error?.code).toBe(
      status.UNIMPLEMENTED,
    );
    client.close();
    await under.target.inventory.remove({ type: resourceTypes.deployment, scope: 't-acme', name: 'app' });
    await eventually(async () => expect((await under.get('acme')).status).toBe(503));
    expect((await unary(calling(), '/sample.Sample/Echo')).error?.code).toBe(status.UNAVAILABLE);
  });

  it('over HTTP/1.1 is refused', async () => {
    expect((await under.get('acme', '/sample.Sample/Echo')).status).toBe(502);
  });
});

describe('A browser’s request over HTTP/2', () => {
  it('is handed to the pod over HTTP/1.1, bodies included', async () => {
    const session = connectH2(`http://127.0.0.1:${String(under.twin.edgePort)}`);
    const ask = async (headers: Record<string, string>, body?: string) => {
      const stream = session.request({ ':authority': host, ...headers }, { endStream: body === undefined });
      if (body !== undefined) stream.end(body);
      const [head] = (await once(stream, 'response')) as [Record<string, unknown>];
      return { status: head[':status'], head, body: await text(stream) };
    };
    expect(await ask({ ':path': '/' })).toMatchObject({ status: 200 });
    const echo = await ask({ ':path': '/echo', ':method': 'POST' }, 'a body');
    expect(echo).toMatchObject({ status: 200, body: 'a body', head: { 'x-answer': 'a' } });
    expect(echo.head['x-hop']).toBeUndefined();
    const headers: unknown = JSON.parse(
      (await ask({ ':path': '/headers', 'x-forwarded-for': '6.6.6.6' })).body,
    );
    expect(JSON.stringify(headers)).not.toContain('6.6.6.6');
    expect(headers).toEqual(expect.arrayContaining(['host', host]));
    expect(await ask({ ':path': '/metrics' })).toMatchObject({ status: 404 });
    expect(await ask({ ':path': '/cut' })).toMatchObject({ status: 502 });
    expect(await ask({ ':path': '/', ':authority': 'nobody.example.test' })).toMatchObject({ status: 404 });
    session.destroy();
  });
});

describe('A connection', () => {
  it('whose first bytes come one by one is understood all the same', async () => {
    const socket = connect(under.twin.edgePort, '127.0.0.1');
    for (const byte of `PUT /echo HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok`) {
      socket.write(byte);
      await new Promise(setImmediate);
    }
    expect(await text(socket)).toMatch(/200 OK[^]*o[^]*k/);
  });

  it('that says nothing is cut off, and one that ends early does no harm', async () => {
    await under.restart({ edgeLimits: { headersMs: 100 } });
    expect(await text(connect(under.twin.edgePort, '127.0.0.1'))).toBe('');
    const early = connect(under.twin.edgePort, '127.0.0.1');
    early.end('PRI * HT');
    await once(early, 'close');
    expect((await under.get('acme')).status).toBe(200);
  });
});
