import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quietConnections } from './quiet-connections.js';

let server: ReturnType<typeof createServer>;
let closeQuiet: () => void;
let waiting: ServerResponse[];

beforeEach(async () => {
  waiting = [];
  server = createServer((_request, response) => void waiting.push(response));
  closeQuiet = quietConnections(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function opened(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = await Promise.all([once(server, 'connection'), once(socket, 'connect')]);
  expect(accepted).toHaveLength(1);
  return socket;
}

test('a connection that never had a request is closed', async () => {
  const socket = await opened();
  const closed = once(socket, 'close');
  closeQuiet();
  await closed;
});

test('one with an answer under way is kept until that has ended', async () => {
  const socket = await opened();
  const request = once(server, 'request');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await request;
  closeQuiet();
  const answer = text(socket);
  const [response] = waiting;
  const over = once(response ?? server, 'close');
  response?.end('whole');
  await over;
  closeQuiet();
  expect(await answer).toMatch(/\r\n\r\nwhole$/);
});
