import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from './sender.js';

let server: Server;
let port: number;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    if (request.url === '/cut') request.socket.destroy();
    else if (request.url === '/redirect') response.writeHead(302, { location: '/elsewhere' }).end();
    else if (request.url === '/endless') {
      response.writeHead(200);
      const chunk = Buffer.alloc(16 * 1024);
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    } else response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

function sendTo(url: string, reach: 'public' | 'loopback' = 'loopback') {
  return send({ url, headers: {}, body: '{}' }, reach, new AbortController().signal);
}

describe('one message', () => {
  test('tells the status that came back', async () => {
    expect(await sendTo(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'answered', status: 204 });
  });

  test('follows no redirect', async () => {
    expect(await sendTo(`http://127.0.0.1:${port}/redirect`)).toEqual({ kind: 'answered', status: 302 });
    expect(seen).not.toContain('/elsewhere');
  });

  test('tells of a connection that was cut', async () => {
    expect(await sendTo(`http://127.0.0.1:${port}/cut`)).toMatchObject({ kind: 'failed' });
  });

  test('does not read an answer without end', async () => {
    expect(await sendTo(`http://127.0.0.1:${port}/endless`)).toEqual({ kind: 'answered', status: 200 });
  });

  test('is never sent to a name that leads to a private address, however harmless the name looks', async () => {
    const before = seen.length;
    // With the dot at its end it is no reserved name; the resolver knows it all the same.
    const attempt = await sendTo(`https://localhost.:${port}/`, 'public');
    expect(attempt).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/not public|ENOTFOUND/) as string,
    });
    expect(await sendTo(`http://127.0.0.1:${port}/`, 'public')).toMatchObject({ kind: 'failed' });
    expect(seen).toHaveLength(before);
  });

  test('ends when its worker stops', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(
      send({ url: `http://127.0.0.1:${port}/`, headers: {}, body: '{}' }, 'loopback', signal),
    ).rejects.toThrow('stop');
  });
});
