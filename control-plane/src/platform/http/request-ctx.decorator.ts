import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Ctx } from '../request-context.js';

/** The context that the request hooks made. */
export function requestContext(request: FastifyRequest): Ctx {
  if (!request.ctx)
    throw new Error(`The request ${request.id} passed no request hook; guardRequests() must be installed.`);
  return request.ctx;
}

/** Gives a handler the context of its request. */
export const RequestCtx = createParamDecorator((_: unknown, context: ExecutionContext): Ctx =>
  requestContext(context.switchToHttp().getRequest<FastifyRequest>()),
);
