import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isPrefix } from '@leasehold/tenant-data/prefix';
import type { Callers } from '../access/callers.js';
import { GrpcError, Status } from '../grpc/grpc-error.js';
import type { GatewayMetrics } from '../metrics.js';
import type { Progress } from '../migrations/ledger.js';
import type { MigrationState } from '../migrations/migrator.js';
import { usageSince, type UsageRoutes } from './usage-routes.js';
import { ArchiveRequestError, serveRows, type ArchiveRoutes } from './archive-routes.js';

export interface AdminOptions {
  readonly callers: Callers;
  readonly metrics: GatewayMetrics;
  readonly healthy: () => boolean;
  /** Whether no table has a row of the prefix. */
  readonly empty: (prefix: string) => Promise<boolean>;
  /** Deletes every row of the prefix. */
  readonly erase: (prefix: string) => Promise<void>;
  readonly usage: UsageRoutes;
  /** Does the next page of a migration of the prefix's rows. */
  readonly migrate: (prefix: string, migration: string) => Promise<Progress>;
  /** How far each migration is with the prefix's rows. */
  readonly migrations: (prefix: string) => Promise<readonly MigrationState[]>;
  /** Rows out of a prefix and back into one. */
  readonly archive: ArchiveRoutes;
}

const httpStatus: ReadonlyMap<number, number> = new Map([
  [Status.unauthenticated, 401],
  [Status.notFound, 404],
  [Status.permissionDenied, 403],
  [Status.failedPrecondition, 409],
  [Status.unavailable, 503],
]);

/** The HTTP surface for the control plane: `/admin/v1/prefixes/{prefix}` and its `/rows`, and `/healthz` and `/metrics` for everybody on this machine. */
export function adminServer(options: AdminOptions): Server {
  return createServer((request, response) => {
    handle(request, response, options)
      .catch((error: unknown) => {
        const told = error instanceof GrpcError || error instanceof ArchiveRequestError;
        problem(response, statusOf(error), told ? error.message : 'The data gateway failed.');
      })
      .finally(() => request.resume());
  });
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: AdminOptions,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://gateway');
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
  const [, prefix, part] =
    /^\/admin\/v1\/prefixes\/([^/]+)(?:\/(rows|stored|migrations|migrations\/[^/]+))?$/.exec(pathname) ?? [];
  if (prefix === undefined && pathname !== '/admin/v1/usage') {
    problem(response, 404, 'There is nothing at this path.');
    return;
  }
  await options.callers.requireControlPlane(request.headers.authorization);
  if (prefix === undefined) await usage(request, response, searchParams, options);
  else if (!isPrefix(prefix)) problem(response, 400, 'That is not a row-key prefix.');
  else if (part === 'rows') await serveRows(request, response, prefix, options.archive);
  else if (part?.startsWith('migrations/')) await migrate(request, response, prefix, part, options);
  else if (part === 'migrations') await states(request, response, prefix, options);
  else if (part === 'stored') await stored(request, response, prefix, options);
  else if (request.method === 'GET') send(response, 200, { empty: await options.empty(prefix) });
  else if (request.method === 'DELETE') {
    await options.erase(prefix);
    send(response, 200, { deleted: true });
  } else problem(response, 405, 'Use GET or DELETE.');
}

async function usage(
  request: IncomingMessage,
  response: ServerResponse,
  parameters: URLSearchParams,
  options: AdminOptions,
): Promise<void> {
  if (request.method !== 'GET') {
    problem(response, 405, 'Use GET.');
    return;
  }
  const answer = await usageSince(parameters, options.usage);
  if (answer) send(response, 200, answer);
  else problem(response, 400, 'since must be a time as ISO 8601 has it, such as 2026-01-31T09:00:00Z.');
}

async function stored(
  request: IncomingMessage,
  response: ServerResponse,
  prefix: string,
  options: AdminOptions,
): Promise<void> {
  if (request.method === 'GET') send(response, 200, await options.usage.stored(prefix));
  else problem(response, 405, 'Use GET.');
}

async function states(
  request: IncomingMessage,
  response: ServerResponse,
  prefix: string,
  options: AdminOptions,
): Promise<void> {
  if (request.method === 'GET') send(response, 200, { migrations: await options.migrations(prefix) });
  else problem(response, 405, 'Use GET.');
}

/** One page; asked again until it is done. */
async function migrate(
  request: IncomingMessage,
  response: ServerResponse,
  prefix: string,
  part: string,
  { migrate: step }: AdminOptions,
): Promise<void> {
  if (request.method === 'POST') send(response, 200, await step(prefix, part.slice(part.indexOf('/') + 1)));
  else problem(response, 405, 'Use POST.');
}

function statusOf(error: unknown): number {
  if (error instanceof ArchiveRequestError) return error.status;
  return error instanceof GrpcError ? (httpStatus.get(error.status) ?? 500) : 500;
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
