import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { followEvents } from './follow-events.js';

let server: Server | undefined;
afterEach(() => server?.close());

const event = (position: number): string => {
  const document = {
    position,
    id: `evt_${position}`,
    type: 'tenant.active',
    at: '2026-01-01T00:00:00.000Z',
    tenantId: 'ten_1',
    operationId: null,
    data: {},
  };
  return `id: ${position}\nevent: ${document.type}\ndata: ${JSON.stringify(document)}\n\n`;
};

describe('following everything that happens', () => {
  it('goes on after the last event when the connection breaks, until it is told to stop', async () => {
    const asked: unknown[] = [];
    server = createServer((request, response) => {
      asked.push([request.url, request.headers['last-event-id']]);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(asked.length), () => {
        if (asked.length === 1) response.destroy();
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const baseUrl = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const { position } of followEvents({ baseUrl, tenantId: 'ten_1', signal: stop.signal })) {
      seen.push(position);
      if (position === 2) stop.abort();
    }
    expect(seen).toEqual([1, 2]);
    expect(asked).toEqual([
      ['/v1/events?tenantId=ten_1', undefined],
      ['/v1/events?tenantId=ten_1', '1'],
    ]);
  });
});
