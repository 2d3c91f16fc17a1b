import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ZodType } from 'zod';

/** The schemas of what a handler takes. */
export interface RouteInput {
  readonly body?: ZodType;
  readonly query?: ZodType;
}

/**
 * Reads the schemas of `@Body({ schema })` and `@Query({ schema })` from where Nest keeps a handler's parameters, so that
 * they are written once. Decorators of parameters run before those of their method.
 */
export function routeInput(target: object, handler: string | symbol): RouteInput {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, target.constructor, handler);
  const input: { body?: ZodType; query?: ZodType } = {};
  for (const [key, value] of Object.entries(isObject(parameters) ? parameters : {})) {
    const schema = isObject(value) ? value['schema'] : undefined;
    if (!(schema instanceof ZodType)) continue;
    if (key.startsWith(`${RouteParamtypes.BODY}:`)) input.body = schema;
    if (key.startsWith(`${RouteParamtypes.QUERY}:`)) input.query = schema;
  }
  return input;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
