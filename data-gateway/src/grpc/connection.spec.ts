import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Connection, onEnd, type CallEnd } from './connection.js';
import { frame } from './frames.js';

let server: Http2Server;
let connection: Connection;

beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  connection = await Connection.open({ host: '127.0.0.1', port });
});
afterEach(() => {
  connection.destroy();
  server.close();
});

function answers(status: string): Promise<ServerHttp2Stream> {
  return new Promise((resolve) => {
    server.once('stream', (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': status }));
      stream.end(frame(Buffer.from('a row')));
      resolve(stream);
    });
  });
}

test('an answer that was not read to its end before the connection broke is not OK', async () => {
  const answered = answers('0');
  const stream = connection.start('/read', Buffer.from('request'));
  const ended = new Promise<CallEnd | undefined>((resolve) => onEnd(stream, resolve));
  stream.pause();
  await Promise.all([answered, once(stream, 'trailers')]);
  connection.destroy();
  expect(await ended).toBeUndefined();
});

test('an answer that was read to its end has the status of the server', async () => {
  void answers('0');
  expect(await connection.call('/read', Buffer.from('request'))).toEqual([Buffer.from('a row')]);
  void answers('5');
  await expect(connection.call('/read', Buffer.from('request'))).rejects.toMatchObject({ status: 5 });
});
