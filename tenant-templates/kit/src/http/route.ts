import type { Reply } from './reply.js';

/** One request as a route sees it. */
export interface TenantRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestId: string;
  /**
   * Reads the whole body.
   * @throws BodyTooLargeError beyond the app's limit, answered with 413.
   */
  body(): Promise<Buffer>;
}

export type Handler = (request: TenantRequest) => Reply | Promise<Reply>;

/** The answers of one path. HEAD is GET without its body, unless GET has an effect and HEAD is given on its own. */
export interface Route {
  /** Exact; `/folder/*` takes every name in the folder. */
  path: string;
  /** Handlers by method. */
  methods: Readonly<Partial<Record<Method, Handler>>>;
  /** Not counted against the tenant's rate limit: what the platform itself asks. */
  unlimited?: boolean;
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
