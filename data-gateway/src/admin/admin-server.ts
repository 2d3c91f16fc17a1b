import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isPrefix } from '@leasehold/tenant-data/prefix';
import type { Callers } from '../access/callers.js';
import { GrpcError, Status } from '../grpc/grpc-error.js';
import type { GatewayMetrics } from '../metrics.js';

export interface AdminOptions {
  readonly callers: Callers;
  readonly metrics: GatewayMetrics;
  readonly healthy: () => boolean;
  /** Whether no table has a row of the prefix. */
  readonly empty: (prefix: string) => Promise<boolean>;
  /** Deletes every row of the prefix. */
  readonly erase: (prefix: string) => Promise<void>;
}

const httpStatus: ReadonlyMap<number, number> = new Map([
  [Status.unauthenticated, 401],
  [Status.permissionDenied, 403],
  [Status.unavailable, 503],
]);

/** The HTTP surface for the control plane: `/admin/v1/prefixes/{prefix}`, and `/healthz` and `/metrics` for everybody on this machine. */
export function adminServer(options: AdminOptions): Server {
  return createServer((request, response) => {
    request.resume();
    handle(request, response, options).catch((error: unknown) => {
      const status = error instanceof GrpcError ? (httpStatus.get(error.status) ?? 500) : 500;
      const title = error instanceof GrpcError ? error.message : 'The data gateway failed.';
      send(response, status, { status, title }, 'application/problem+json');
    });
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminOptions,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://gateway');
  if (pathname === '/healthz') {
    health(response, options);
    return;
  }
  if (pathname === '/metrics') {
    response
      .writeHead(200, { 'content-type': options.metrics.registry.contentType })
      .end(await options.metrics.registry.metrics());
    return;
  }
  const prefix = /^\/admin\/v1\/prefixes\/([^/]+)$/.exec(pathname)?.[1];
  if (prefix === undefined) {
    problem(response, 404, 'There is nothing at this path.');
    return;
  }
  await options.callers.requireControlPlane(request.headers.authorization);
  if (!isPrefix(prefix)) problem(response, 400, 'That is not a row-key prefix.');
  else if (request.method === 'GET') send(response, 200, { empty: await options.empty(prefix) });
  else if (request.method === 'DELETE') {
    await options.erase(prefix);
    send(response, 200, { deleted: true });
  } else problem(response, 405, 'Use GET or DELETE.');
}

function health(response: ServerResponse, { healthy }: AdminOptions): void {
  const serving = healthy();
  send(response, serving ? 200 : 503, { status: serving ? 'serving' : 'starting' });
}

function problem(response: ServerResponse, status: number, title: string): void {
  send(response, status, { status, title }, 'application/problem+json');
}

function send(
  response: ServerResponse,
  status: number,
  body: object,
  contentType = 'application/json',
): void {
  response.writeHead(status, { 'content-type': contentType }).end(JSON.stringify(body));
}
