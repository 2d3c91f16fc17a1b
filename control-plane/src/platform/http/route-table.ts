import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../app-error.js';
import type { DeclaredRoute } from './route.decorator.js';
import { declaredPath } from './route-path.js';

interface KnownRoute {
  readonly method: string;
  readonly path: string;
  /** Undefined: nobody declared who may call it, so nobody may. */
  readonly declared: DeclaredRoute | undefined;
  /** Another interface than this API, which knows its own callers. */
  readonly foreign: boolean;
}

/** Interfaces that are not this API: they speak another protocol, with its own errors, and know their callers themselves. */
const foreignPrefixes = [
  '/api/', // Pulumi's Service API
];

export function isForeign(path: string): boolean {
  return foreignPrefixes.some((prefix) => path.startsWith(prefix));
}

/** Every route of the server as Fastify registers it, whoever registered it. */
export class RouteTable {
  readonly #routes: KnownRoute[] = [];

  constructor(fastify: FastifyInstance) {
    fastify.addHook('onRoute', (route) => {
      for (const method of [route.method].flat()) {
        this.#routes.push({
          method,
          path: declaredPath(route.url),
          declared: route.config?.declared,
          foreign: isForeign(route.url),
        });
      }
    });
  }

  get routes(): readonly KnownRoute[] {
    return this.#routes;
  }

  /** The refusal of a request that no route takes: 405 with the methods of its path, or 404. */
  refusal(request: FastifyRequest): AppError {
    const path = request.url.split('?', 1)[0] ?? '/';
    const methods = this.#routes.filter((route) => matches(route.path, path)).map((route) => route.method);
    if (methods.length === 0) return this.unknown(request);
    const allow = [...new Set(methods)].sort();
    return new AppError('method_not_allowed', 'method_not_allowed', {
      publicMessage: `${path} takes ${allow.join(', ')}, not ${request.method}.`,
      logLevel: 'debug',
      allow,
    });
  }

  unknown(request: FastifyRequest): AppError {
    return new AppError('not_found', 'route_not_found', {
      publicMessage: `There is no route ${request.url.split('?', 1)[0] ?? '/'}; /docs lists all of them.`,
      logLevel: 'debug',
    });
  }
}

/** Whether a request's path is of a route's pattern: equal segments, `:name` for any that is not empty. */
export function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((segment, i) => (segment.startsWith(':') ? given[i] !== '' : segment === given[i]))
  );
}
