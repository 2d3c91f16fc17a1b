import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach } from 'vitest';
import { run } from '../program.js';

export const now = '2026-01-01T00:00:00.000Z';
export const tenant = {
  id: 'ten_1',
  slug: 'acme',
  displayName: 'Acme',
  state: 'active',
  template: 'counter',
  release: '1.0.0',
  plan: 'free',
  cell: 'local',
  url: 'http://acme.localhost:8081',
  hostnames: [],
  labels: {},
  parameters: {},
  contact: null,
  conditions: [],
  createdAt: now,
  updatedAt: now,
};
export const operation = (state: string, more: object = {}) => ({
  id: 'op_1',
  kind: 'tenant.create',
  subject: 'acme',
  tenantId: 'ten_1',
  state,
  progress: { done: 0, total: 1 },
  steps: [],
  result: null,
  createdAt: now,
  updatedAt: now,
  endedAt: null,
  ...more,
});

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;
export interface Seen {
  route: string;
  headers: IncomingMessage['headers'];
  body: string;
}

let server: Server;
/** Where it listens, from the first test on. */
export let url: string;
/** What it answers, by method and path: each test puts its own in. */
export let routes: Record<string, Answer>;
/** What it was asked, in order. */
export let seen: Seen[];

/** An API for each test of a file, which knows nothing but what the test tells it to answer. */
export function answerEachTest(): void {
  beforeEach(async () => {
    routes = {};
    seen = [];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const route = `${request.method ?? ''} ${request.url ?? ''}`;
        seen.push({ route, headers: request.headers, body });
        const answer = routes[route];
        if (answer !== undefined) answer(request, response, body);
        else problem(404, 'not_found', 'There is nothing here.')(request, response, body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  });
  afterEach(() => server.close());
}

export const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export const problem = (status: number, code: string, detail: string, more: object = {}): Answer =>
  json(status, {
    type: `urn:leasehold:problem:${code}`,
    title: 'x',
    status,
    code,
    detail,
    requestId: 'req_1',
    ...more,
  });

export const events =
  (...sent: { type: string; data: object }[]): Answer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    sent.forEach((event, index) =>
      response.write(`id: ${index + 1}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`),
    );
    response.end();
  };

/** Runs the command against the answers of this test. */
export async function leasehold(
  args: string[],
  env: NodeJS.ProcessEnv = {},
  ask?: (question: string) => Promise<string>,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run({
    args,
    env: { LEASEHOLD_URL: url, LEASEHOLD_API_KEY: 'lh_test', ...env },
    streams: { out: { write: (text) => (out += text) }, err: { write: (text) => (err += text) } },
    signal,
    ask,
  });
  return { code, out, err };
}
