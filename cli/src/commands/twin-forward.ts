import { once } from 'node:events';
import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { unwrap } from '@leasehold/api-client';
import type { Command } from 'commander';
import { api, type Context } from '../context.js';
import { wholeNumber } from '../option-values.js';
import type { Act } from './act.js';

/** `leasehold twin forward`: a port of this machine that is one client's page, for tools that cannot name a host. */
export function twinForwardCommand(twin: Command, act: Act): void {
  twin
    .command('forward <tenant>')
    .description('open a port that leads to one client, until Ctrl-C')
    .option('--port <number>', 'a free one when left out', wholeNumber(0, 65_535), 0)
    .action(
      act((context, tenant: string, options: { port: number }) => forward(context, tenant, options.port)),
    );
}

async function forward(context: Context, tenant: string, port: number): Promise<void> {
  const { url } = await unwrap(
    (await api(context)).GET('/v1/tenants/{id}', { params: { path: { id: tenant } } }),
  );
  const server = forwarder(new URL(url));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const local = `http://127.0.0.1:${String(bound)}`;
  context.printer.result({ url: local, to: url }, `${local} leads to ${url}; Ctrl-C ends it.`);
  if (!context.signal.aborted) await once(context.signal, 'abort');
  server.close();
  server.closeAllConnections();
}

/** Sends everything to the client's page: to the edge on this machine, whatever the machine's resolver knows. */
function forwarder(to: URL): ReturnType<typeof createServer> {
  const send = (request: IncomingMessage) => {
    const headers = { ...request.headers, host: to.host };
    const { url: path, method } = request;
    const host = to.hostname.endsWith('.localhost') ? '127.0.0.1' : to.hostname;
    return ask({ host, port: to.port || 80, path, method, headers, agent: false });
  };
  const server = createServer((request, answer) => {
    const call = send(request);
    call.on('response', (found) => found.pipe(answer.writeHead(found.statusCode ?? 502, found.rawHeaders)));
    call.on('error', () => unreachable(answer));
    answer.once('close', () => call.destroy());
    request.pipe(call);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const call = send(request);
    socket.on('error', () => call.destroy());
    call.on('error', () => socket.destroy());
    call.on('response', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n'));
    call.on('upgrade', (found, other, first) => {
      const lines = found.rawHeaders.flatMap((name, index) =>
        index % 2 === 0 ? [`${name}: ${found.rawHeaders[index + 1] ?? ''}\r\n`] : [],
      );
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
      socket.write(first);
      other.write(head);
      other.on('error', () => socket.destroy());
      other.pipe(socket).pipe(other);
    });
    call.end();
  });
  return server;
}

function unreachable(answer: ServerResponse): void {
  if (answer.headersSent) answer.destroy();
  else answer.writeHead(502).end('The client’s page cannot be reached.\n');
}
