import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AppError } from '../app-error.js';
import { anonymous, type Actor, type Ctx } from '../request-context.js';
import { traceField } from '../telemetry/tracing.js';
import { deprecationHeaders } from './deprecation.js';
import type { RateLimits } from './rate-limits.js';
import type { RouteInput } from './route-input.js';
import type { RouteSpec } from './route.decorator.js';
import { isForeign, type RouteTable } from './route-table.js';
import { requireKnownType } from './binary-body.js';
import { requireKnownText } from './text-body.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set as soon as it is known who asks. */
    ctx?: Ctx;
  }
}

/** Says who sends a request. */
export interface Authenticator {
  /** @throws AppError `unauthenticated` */
  authenticate(authorization: string | undefined): Promise<Actor>;
  /** Whether this very key was right a while ago: a wrong one from the same address must not keep it out. */
  isTrusted(authorization: string | undefined): boolean;
}

interface Gate {
  readonly routes: RouteTable;
  readonly authenticator: Authenticator;
  readonly limits: RateLimits;
  /** Whether this program takes requests of a route; a worker has its health routes alone. */
  serves(route: RouteSpec): boolean;
  readonly stop: AbortSignal;
  readonly log: Logger;
}

const everyAnswer = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };

/**
 * What is decided from a request's line and headers alone, before its body is read, in this order: 404 or 405 (no such
 * route or method), 401 (who asks), 429 (too often), 403 (may that role), 428 (If-Match missing). The body follows: 415, 413, 400, then
 * 400 against the schema; then what only the data can say: 404, 412, 422, 409.
 */
export function guardRequests(fastify: FastifyInstance, gate: Gate): void {
  fastify.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...everyAnswer, 'x-request-id': request.id });
    // What was matched counts, not what the caller wrote: only a request that no route took is judged by its own path.
    if (isForeign(request.routeOptions.url ?? request.url)) return;
    refuseNul(request);
    if (request.is404) throw gate.routes.refusal(request);
    const { declared } = request.routeOptions.config;
    if (!declared) throw undeclared(request);
    const route = declared.spec;
    if (!gate.serves(route)) throw gate.routes.unknown(request);
    void reply.headers(deprecationHeaders(route.deprecated));
    const actor = route.access === 'public' ? anonymous : await authenticated(gate, request, reply);
    request.ctx = {
      requestId: request.id,
      actor,
      origin: { address: request.ip, route: `${route.method} ${route.path}` },
      log: gate.log.child({ requestId: request.id, actor: actor.id, ...traceField() }),
      signal: AbortSignal.any([abortedWhenGone(reply), gate.stop]),
    };
    requireRole(route, actor);
    requireIfMatch(route, request);
    requireKnownType(route, request.headers['content-type']);
    requireKnownText(route, request.headers['content-type']);
  });
  fastify.addHook('preValidation', (request, _reply, done) => {
    const { declared } = request.routeOptions.config;
    done(
      declared && declared.spec.access !== 'public' ? unexpectedInput(declared.input, request) : undefined,
    );
  });
}

/** No name and no value of the API holds NUL, which Postgres cannot even compare. */
function refuseNul(request: FastifyRequest): void {
  if (!request.url.includes('%00')) return;
  throw new AppError('malformed', 'malformed_url', {
    publicMessage: 'The URL holds the character NUL, which nothing here has.',
  });
}

/** Who asks, counted against its budget. An address that sent many wrong keys is known before the database is asked. */
async function authenticated(gate: Gate, request: FastifyRequest, reply: FastifyReply): Promise<Actor> {
  const { authenticator, limits } = gate;
  const { authorization } = request.headers;
  if (!authenticator.isTrusted(authorization)) limits.requireTrust(request.ip);
  let actor: Actor;
  try {
    actor = await authenticator.authenticate(authorization);
  } catch (error) {
    if (error instanceof AppError && error.code === 'api_key_invalid') limits.countWrongKey(request.ip);
    throw error;
  }
  void reply.headers(limits.count(actor));
  return actor;
}

/** What a route does not take at all is refused like an unknown field of what it takes. */
function unexpectedInput(input: RouteInput, request: FastifyRequest): AppError | undefined {
  const given = isObject(request.query) ? Object.keys(request.query) : [];
  if (!input.query && given.length > 0) {
    return new AppError('malformed', 'invalid_parameter', {
      publicMessage: `This route takes no query parameters; it was given ${given.join(', ')}.`,
      errors: given.map((name) => ({ pointer: name, message: 'is not a known field' })),
    });
  }
  const empty =
    request.body === undefined || (isObject(request.body) && Object.keys(request.body).length === 0);
  if (input.body || empty) return undefined;
  return new AppError('malformed', 'body_not_expected', {
    publicMessage: 'This route takes no body.',
    errors: [{ pointer: '', message: 'must be left out' }],
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function undeclared(request: FastifyRequest): AppError {
  return new AppError('internal', 'route_not_declared', {
    publicMessage: `Nobody has declared who may call ${request.method} ${request.routeOptions.url ?? request.url}, so nobody may.`,
    logLevel: 'error',
  });
}

/** Aborted when the caller goes before the answer has ended. */
function abortedWhenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

function requireRole(route: RouteSpec, actor: Actor): void {
  if (route.access === 'public' || route.access.includes(actor.role)) return;
  throw new AppError('forbidden', 'role_not_allowed', {
    publicMessage: `The role ${actor.role} may not do this; it takes ${new Intl.ListFormat('en', { type: 'disjunction' }).format(route.access)}.`,
  });
}

function requireIfMatch(route: RouteSpec, request: FastifyRequest): void {
  if (!route.ifMatch || request.headers['if-match'] !== undefined) return;
  throw new AppError('precondition_required', 'if_match_required', {
    publicMessage: 'Send If-Match with the ETag of what you have read, so that nobody else’s change is lost.',
    errors: [{ pointer: 'If-Match', message: 'is required' }],
  });
}
