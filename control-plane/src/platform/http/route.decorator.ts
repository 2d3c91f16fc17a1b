import { applyDecorators, HttpCode, RequestMapping, RequestMethod, SetMetadata } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { ZodType } from 'zod';
import type { Role } from '../request-context.js';
import { routeInput, type RouteInput } from './route-input.js';
import { routerPath } from './route-path.js';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface ResponseSpec {
  readonly description: string;
  readonly schema?: ZodType;
  readonly headers?: readonly ('ETag' | 'Location' | 'Idempotent-Replayed')[];
  /** Other than JSON. */
  readonly contentType?: string;
}

/** Days as `2026-05-01`; sent as `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link`. */
export interface Deprecation {
  readonly since: string;
  readonly sunset?: string;
  /** Where to read what to do instead. */
  readonly link?: string;
}

/** Reads a text as the JSON that it stands for. @throws AppError `malformed` */
export type BodyReader = (text: string) => unknown;

/**
 * Everything the product says of a route, in one place: the request hooks obey it, the OpenAPI document prints it.
 * A route without it is not reachable (request-hooks.ts).
 */
export interface RouteSpec {
  readonly method: HttpMethod;
  /** From the root, parameters as `:name`; a verb of a collection follows its name and a colon (`/v1/tenants:batch`). */
  readonly path: string;
  /** Stable name for generated clients. */
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may call it: the roles, or everybody without a key. */
  readonly access: 'public' | readonly Role[];
  /** The request must carry `If-Match` (428 without it). */
  readonly ifMatch?: true;
  /** Bodies that it takes beside JSON, by media type: each becomes the JSON that the handler's schema describes. */
  readonly alsoTakes?: Readonly<Record<string, BodyReader>>;
  /** Media types that it takes instead of JSON, as bytes. */
  readonly takes?: readonly string[];
  /** It makes its change in several transactions, since repeating it is harmless: it takes no `Idempotency-Key`. */
  readonly piecewise?: true;
  /** A read that `Prefer: wait` holds back; changes that answer 202 have it anyway. */
  readonly prefersWait?: true;
  /** It will go: since when callers are told so, when it goes, and what to use instead. */
  readonly deprecated?: Deprecation;
  /** What it answers when it succeeds, by status. */
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** Refusals of its own beside those that follow from the rest (401, 403, 404, 405, 412, 413, 415, 428). */
  readonly refusals?: readonly (404 | 409 | 410 | 422 | 503)[];
}

/** A route with what its handler takes. */
export class DeclaredRoute {
  constructor(
    readonly spec: RouteSpec,
    readonly input: RouteInput,
  ) {}
}

declare module 'fastify' {
  interface FastifyContextConfig {
    declared?: DeclaredRoute;
  }
}

const declaredKey = 'leasehold:route';

/** What {@link Route} has said of a handler; undefined for other functions. */
export function declaredRoute(handler: object): DeclaredRoute | undefined {
  const declared: unknown = Reflect.getMetadata(declaredKey, handler);
  return declared instanceof DeclaredRoute ? declared : undefined;
}

/** Binds a controller's method to a route; its controller has no path of its own. */
export function Route(spec: RouteSpec): MethodDecorator {
  const status = Number(Object.keys(spec.responses)[0] ?? 200);
  return (target, key, descriptor) => {
    const declared = new DeclaredRoute(spec, routeInput(target, key));
    applyDecorators(
      RequestMapping({ method: RequestMethod[spec.method], path: routerPath(spec.path) }),
      SetMetadata(declaredKey, declared),
      RouteConfig({ declared }),
      HttpCode(status),
    )(target, key, descriptor);
  };
}
