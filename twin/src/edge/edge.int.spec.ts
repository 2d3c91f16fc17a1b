import { once } from 'node:events';
import { connect } from 'node:net';
import { text as streamText } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../testing/eventually.js';
import { hostnameOfClient } from '../testing/local-cloud.js';
import { TwinUnderTest } from '../testing/twin-under-test.js';

let under: TwinUnderTest;
beforeAll(async () => {
  under = await TwinUnderTest.open();
});
afterAll(() => under.dispose());
beforeEach(() => under.setUp());
afterEach(() => under.tearDown());

describe('The edge', () => {
  beforeEach(() => under.serving('acme'));

  it.each([
    '/metrics',
    '/healthz/ready',
    '/%6Detrics',
    '//metrics',
    '/x/../metrics',
    '/metrics?x=1',
    '/Metrics',
  ])('hides %s', async (path) => expect((await under.get('acme', path)).status).toBe(404));

  it('says itself who the client is, and passes nothing on that was meant for it', async () => {
    const headers = {
      host: `ACME.${hostnameOfClient('acme').split('.').slice(1).join('.')}.:8081`,
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9',
      connection: 'close, x-secret',
      'x-secret': 'hop',
      'x-kept': 'yes',
    };
    const raw = z
      .array(z.string())
      .parse(JSON.parse(await streamText(await under.openRequest('acme', '/headers', { headers }))));
    const values = (name: string) =>
      raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name);
    expect(values('x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(values('x-forwarded-proto')).toEqual(['http']);
    expect(values('x-forwarded-host')).toEqual([headers.host]);
    expect(values('host')).toEqual([headers.host]);
    expect(values('forwarded')).toEqual([]);
    expect(values('x-secret')).toEqual([]);
    expect(values('x-kept')).toEqual(['yes']);
  });

  it('streams bodies both ways and drops hop-by-hop headers of the answer', async () => {
    const body = 'x'.repeat(300_000);
    const answer = await under.openRequest('acme', '/echo', { method: 'POST' }, body);
    expect(answer.headers['x-answer']).toBe('a');
    expect(answer.headers['x-hop']).toBeUndefined();
    expect(await streamText(answer)).toBe(body);
  });

  it('meters the bytes of bodies both ways', async () => {
    const before = await under.metered('acme');
    const body = 'x'.repeat(300_000);
    await streamText(await under.openRequest('acme', '/echo', { method: 'POST' }, body));
    expect(await under.metered('acme')).toEqual({
      requestBytes: before.requestBytes + body.length,
      responseBytes: before.responseBytes + body.length,
    });
  });

  it('tells the pod when a client goes away in the middle of a stream', async () => {
    const answer = await under.openRequest('acme', '/stream');
    await once(answer, 'data');
    expect((await under.get('acme', '/open')).body).toBe('1');
    answer.destroy();
    await eventually(async () => expect((await under.get('acme', '/open')).body).toBe('0'));
  });

  it('answers 502 when the pod breaks off before its answer, and sends nothing twice', async () => {
    expect((await under.get('acme', '/cut')).status).toBe(502);
    expect((await under.get('acme')).status).toBe(200);
  });

  it('cuts an answer off that the pod does not end', async () => {
    await expect(under.get('acme', '/half')).rejects.toThrow();
    expect((await under.get('acme')).status).toBe(200);
  });

  it('refuses bodies that are too large, whether they say so or not', async () => {
    await under.end();
    await under.begin({ edgeLimits: { maxBodyBytes: 1_000 } });
    const length = { method: 'POST', headers: { host: hostnameOfClient('acme'), 'content-length': 2_000 } };
    expect((await under.openRequest('acme', '/echo', length, 'x'.repeat(2_000))).statusCode).toBe(413);
    const headers = { host: hostnameOfClient('acme'), 'transfer-encoding': 'chunked' };
    const chunked = under.openRequest('acme', '/echo', { method: 'POST', headers }, 'x'.repeat(2_000));
    // The pod may have begun its answer: then the connection is cut instead.
    const outcome = await chunked
      .then(async (answer) => (answer.statusCode === 413 ? 'refused' : streamText(answer)))
      .catch(() => 'cut');
    expect(['refused', 'cut']).toContain(outcome);
  });

  it('gives a client only so much time and room for its headers', async () => {
    await under.end();
    await under.begin({ edgeLimits: { headersMs: 100, maxHeaderBytes: 2_000 } });
    const say = async (bytes: string): Promise<string> => {
      const socket = connect(under.twin.edgePort, '127.0.0.1');
      socket.write(bytes);
      return streamText(socket);
    };
    expect(await say('GET / HTTP/1.1\r\nHost: a')).toContain('408 Request Timeout');
    expect(await say(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(3_000)}\r\n\r\n`)).toContain('431 ');
    expect(await say('nonsense\r\n\r\n')).toContain('400 Bad Request');
    expect(await say('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n')).toContain('405 ');
    expect((await under.get('acme')).status).toBe(200);
  });

  it('survives an upgrade that it does not know, and a broken request', async () => {
    const headers = { host: hostnameOfClient('acme'), connection: 'upgrade', upgrade: 'h2c' };
    expect((await under.openRequest('acme', '/', { headers })).statusCode).toBe(200);
    expect((await under.openRequest('acme', '/', { headers: { host: 'a b' } })).statusCode).toBe(400);
    expect((await under.get('acme')).status).toBe(200);
  });
});
