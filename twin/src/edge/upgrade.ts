import { request as ask, STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Upstream } from './backends.js';
import { countBytes, type BodyBytes } from './body-bytes.js';
import { requestHeaders, responseHeaders, type Client } from './forwarded-headers.js';
import type { Page } from './page.js';

/** Whether a request begins a WebSocket (RFC 6455, section 4.1); other upgrades are plain requests to the edge. */
export function isWebSocket({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-key'] !== undefined
  );
}

export interface Upgrading {
  request: IncomingMessage;
  socket: Duplex;
  /** What the client has sent behind its request already. */
  head: Buffer;
  client: Client;
  /** Milliseconds without a byte in either direction after which the connection is ended. */
  silentMs: number;
  bytes?: BodyBytes;
}

/** Hands a WebSocket to a pod: its answer goes back as it is, then bytes go both ways. The pod counts as used meanwhile. */
export function forwardUpgrade({ endpoint, port }: Upstream, upgrading: Upgrading): void {
  const { request, socket, head, client, silentMs, bytes } = upgrading;
  endpoint.enter();
  socket.once('close', () => endpoint.leave());
  const headers = [
    ...requestHeaders(request.rawHeaders, client),
    ...['connection', 'Upgrade', 'upgrade', 'websocket'],
  ];
  const call = ask({ host: '127.0.0.1', port, path: request.url, headers, agent: false });
  socket.once('close', () => call.destroy());
  call.on('upgrade', (answer, pod, first) => {
    socket.write(headOf(answer, ['Connection: Upgrade', 'Upgrade: websocket']));
    socket.write(first);
    pod.write(head);
    if (bytes) {
      bytes.received(head.length);
      bytes.sent(first.length);
      countBytes(socket, (count) => bytes.received(count));
      countBytes(pod, (count) => bytes.sent(count));
    }
    join(socket, pod, silentMs);
  });
  call.on('response', (answer) => {
    socket.write(headOf(answer, ['Connection: close']));
    answer.pipe(socket);
  });
  call.on('error', () =>
    refuseUpgrade(socket, { status: 502, text: 'The application did not take the connection.' }),
  );
  call.end();
}

/** Answers a request for an upgrade with a page, and ends its connection. */
export function refuseUpgrade(socket: Duplex, { status, text, retryAfterSeconds }: Page): void {
  if (socket.destroyed || !socket.writable) return;
  const body = `${text}\n`;
  const lines = [
    `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Cache-Control: no-store',
    ...(retryAfterSeconds === undefined ? [] : [`Retry-After: ${String(retryAfterSeconds)}`]),
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function headOf(answer: IncomingMessage, connection: readonly string[]): string {
  const headers = responseHeaders(answer.rawHeaders);
  const lines = headers.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${headers[index + 1] ?? ''}`] : [],
  );
  const status = `HTTP/1.1 ${String(answer.statusCode)} ${answer.statusMessage ?? ''}`;
  return `${[status, ...lines, ...connection].join('\r\n')}\r\n\r\n`;
}

function join(client: Duplex, pod: Duplex, silentMs: number): void {
  const end = (): void => {
    clearTimeout(timer);
    client.destroy();
    pod.destroy();
  };
  const timer = setTimeout(end, silentMs);
  for (const [from, to] of [
    [client, pod],
    [pod, client],
  ] as const) {
    from.on('data', () => timer.refresh());
    from.on('error', end);
    from.once('close', end);
    // A WebSocket has no half that stays open: what was said before the end still arrives.
    from.once('end', () => to.end(end));
    from.pipe(to, { end: false });
  }
}
