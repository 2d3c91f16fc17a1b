import { readFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { sample, schema, type Schema } from './sample.js';

const response = z.looseObject({
  content: z.record(z.string(), z.looseObject({ schema: schema.optional() })).optional(),
});
const operation = z.looseObject({
  operationId: z.string(),
  responses: z.record(z.string(), response),
});
const documentSchema = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), schema) }),
});

/** One route of the OpenAPI document. */
export interface DocumentedRoute {
  /** Such as `GET /v1/tenants/{id}`. */
  readonly route: string;
  readonly matches: (method: string, path: string) => boolean;
  readonly status: number;
  readonly contentType: string | undefined;
  readonly schema: Schema | undefined;
}

export interface ApiDocument {
  readonly routes: readonly DocumentedRoute[];
  readonly components: Record<string, Schema>;
}

/** The routes of the committed OpenAPI document, with what each answers when all is well. */
export async function apiDocument(): Promise<ApiDocument> {
  const file = new URL('../../../packages/api-client/openapi.json', import.meta.url);
  const document = documentSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => documentedRoute(method, path, responses)),
  );
  return { routes, components: document.components.schemas };
}

function documentedRoute(
  method: string,
  path: string,
  responses: Record<string, z.output<typeof response>>,
): DocumentedRoute {
  const status = Object.keys(responses).find((code) => code.startsWith('2'));
  if (status === undefined) throw new Error(`${method} ${path} has no answer for when all is well.`);
  const [contentType, content] = Object.entries(responses[status]?.content ?? {})[0] ?? [];
  // Literal paths go before those with a placeholder: `tenants:batch` is no id.
  const pattern = new RegExp(`^${path.replace(/[.:]/g, '\\$&').replace(/\{\w+\}/g, '[^/:]+')}$`);
  return {
    route: `${method.toUpperCase()} ${path}`,
    matches: (asked, url) => asked === method.toUpperCase() && pattern.test(url),
    status: Number(status),
    contentType,
    schema: content?.schema,
  };
}

export interface SampleApi {
  readonly url: string;
  /** The routes that were called, in order. */
  readonly called: string[];
  close(): void;
}

/** A server that answers each documented route with a sample of its schema; `onStream` is told when a stream was sent. */
export async function serveSamples(document: ApiDocument, onStream: () => void): Promise<SampleApi> {
  const called: string[] = [];
  const server = createServer((request, answer) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const route = document.routes.find(({ matches }) => matches(request.method ?? '', path));
    request.resume().on('end', () => {
      if (route === undefined) answer.writeHead(404).end();
      else {
        called.push(route.route);
        send(route, document, answer, onStream);
      }
    });
  });
  return { url: await listen(server), called, close: () => void server.close() };
}

function send(
  { status, contentType, schema: of }: DocumentedRoute,
  { components }: ApiDocument,
  answer: ServerResponse,
  onStream: () => void,
): void {
  answer.writeHead(status, {
    etag: '"1"',
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
  });
  if (contentType === 'text/event-stream') answer.end(': nothing yet\n\n', onStream);
  else if (contentType?.includes('json') === true) answer.end(JSON.stringify(sample(of ?? {}, components)));
  else answer.end(contentType === undefined ? undefined : 'sample\n');
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return `http://127.0.0.1:${address.port}`;
}
