import type { Access } from '../auth/access.js';
import type { Caller } from '../auth/caller.js';
import type { RateLimitBy } from './rate-limit.js';
import type { Reply } from './reply.js';
import type { Params } from './route-pattern.js';

/** One request as a route sees it. */
export interface TenantRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string;
  /** The values of the path's `:name` segments, percent-decoded. */
  readonly params: Params;
  /** Of the client that the edge saw. */
  readonly clientAddress: string;
  /** The trace that the request belongs to, for calls on its behalf: https://www.w3.org/TR/trace-context/ */
  readonly traceparent: string | undefined;
  /** Who has been proved to ask; undefined on a route that asks for no proof. */
  readonly caller: Caller | undefined;
  /** Aborts when the client goes before its answer has ended, and when the pod stops. */
  readonly signal: AbortSignal;
  /**
   * Reads the whole body.
   * @throws BodyTooLargeError beyond the app's limit, answered with 413.
   */
  body(): Promise<Buffer>;
}

export type Handler = (request: TenantRequest) => Reply | Promise<Reply>;

/** The answers of one path. HEAD is GET without its body, unless GET has an effect and HEAD is given on its own. */
export interface Route {
  /** Exact; `/folder/:name` takes one segment as a parameter, `/folder/*` every name in the folder. */
  path: string;
  /** Handlers by method. */
  methods: Readonly<Partial<Record<Method, Handler>>>;
  /** Not counted against the tenant's rate limit: what the platform itself asks. */
  unlimited?: boolean;
  /** Answered even when the tenant's plan is used up: the page that says so, and what the platform asks. */
  unmetered?: boolean;
  /** Who may call; `default`: everybody, unless the tenant's parameter `auth` asks for callers. */
  access?: Access;
  /** Whose requests the tenant's rate limit counts together; `pod`: everybody's on this replica. */
  rateLimitBy?: RateLimitBy;
}

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The methods a path answers, for `Allow`. */
export function allowedMethods(route: Route): string {
  const methods = new Set(Object.keys(route.methods));
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort().join(', ');
}

/** The handler of a method, or undefined when the path does not know it. */
export function handlerFor(route: Route, method: string): Handler | undefined {
  switch (method) {
    case 'HEAD':
      return route.methods.HEAD ?? route.methods.GET;
    case 'GET':
    case 'POST':
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
      return route.methods[method];
    default:
      return undefined;
  }
}
