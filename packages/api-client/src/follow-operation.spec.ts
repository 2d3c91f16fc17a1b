import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiError, UnreachableError } from './api-error.js';
import { followOperation } from './follow-operation.js';
import type { OperationEvent } from './operation-event.js';

type Connection = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that treats the first connection as the first function says, and so on; the last one for all that follow. */
async function serve(...connections: Connection[]): Promise<string> {
  let count = 0;
  server = createServer((request, response) => {
    connections[Math.min(count++, connections.length - 1)]?.(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${portOf(server.address())}`;
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address.port;
}

const state = (id: number, name: string, endedAt: string | null = null): string =>
  `id: ${id}\nevent: operation.state\ndata: ${JSON.stringify({ type: 'operation.state', data: { state: name, endedAt } })}\n\n`;
const now = '2026-01-01T00:00:00.000Z';

const send =
  (...events: string[]): Connection =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) response.write(event);
    response.end();
  };

async function collect(baseUrl: string, more: object = {}): Promise<string[]> {
  const states: string[] = [];
  const describeEvent = (event: OperationEvent): string =>
    event.type === 'operation.state' ? event.data.state : event.type;
  for await (const event of followOperation({ baseUrl, apiKey: 'lh_test', operationId: 'op_1', ...more }))
    states.push(describeEvent(event));
  return states;
}

describe('following an operation', () => {
  it('gives each event and ends with it', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.url, request.headers.authorization);
      send(
        'retry: 1000\n\n',
        state(1, 'running'),
        ': still here\n\n',
        state(2, 'succeeded', now),
      )(request, response);
    });
    expect(await collect(url)).toEqual(['running', 'succeeded']);
    expect(seen).toEqual(['/v1/operations/op_1/events', 'Bearer lh_test']);
  });

  it('goes on after the last event when the connection breaks', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve(
      (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(state(7, 'running'), () => response.destroy());
      },
      (request, response) => {
        asked.push(request.headers['last-event-id']?.toString());
        send(state(8, 'succeeded', now))(request, response);
      },
    );
    expect(await collect(url)).toEqual(['running', 'succeeded']);
    expect(asked).toEqual(['7']);
  });

  it('goes on when the server stops in order and comes back', async () => {
    const url = await serve(
      send(state(1, 'running')),
      (_request, response) =>
        response.writeHead(503, { 'content-type': 'application/problem+json' }).end('{}'),
      send(state(2, 'succeeded', now)),
    );
    expect(await collect(url)).toEqual(['running', 'succeeded']);
  });

  it('reads past the ends of an operation that was resumed', async () => {
    const url = await serve(send(state(1, 'failed', now), state(2, 'running'), state(3, 'succeeded', now)));
    expect(await collect(url)).toEqual(['failed', 'running', 'succeeded']);
  });

  it('skips events of kinds that it does not know', async () => {
    const other = `id: 2\nevent: operation.music\ndata: {"type":"operation.music","data":{}}\n\n`;
    const url = await serve(send(state(1, 'running'), other, state(3, 'succeeded', now)));
    expect(await collect(url)).toEqual(['running', 'succeeded']);
  });

  it('fails at once when the server refuses', async () => {
    const problem = {
      type: 'x',
      title: 'Not found',
      status: 404,
      code: 'operation_not_found',
      detail: 'There is none.',
      requestId: 'r',
    };
    const url = await serve((_request, response) => response.writeHead(404).end(JSON.stringify(problem)));
    await expect(collect(url)).rejects.toMatchObject({ status: 404, message: 'There is none.' });
    await expect(collect(url)).rejects.toBeInstanceOf(ApiError);
  });

  it('gives up when nothing answers for longer than its patience', async () => {
    const url = await serve(send());
    server?.close();
    const told: Error[] = [];
    await expect(
      collect(url, { patienceMs: 300, onReconnect: (error: Error) => told.push(error) }),
    ).rejects.toBeInstanceOf(UnreachableError);
    expect(told.length).toBeGreaterThan(0);
  });
});
