import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PulumiApiError } from '../pulumi-api-error.js';
import type { StackRef } from '../stack-ref.js';

const stackParameters = z.object({ organization: z.string(), project: z.string(), stack: z.string() });
const updateParameters = z.object({ updateId: z.string() });

export function stackOf(request: FastifyRequest): StackRef {
  const { organization, project, stack } = stackParameters.parse(request.params);
  return { organization, project, name: stack };
}

/** @throws PulumiApiError 401 where the route is not about an update */
export function updateIdOf(request: FastifyRequest): string {
  const parameters = updateParameters.safeParse(request.params);
  if (!parameters.success)
    throw new PulumiApiError(401, 'Unauthorized: an update token is good for its update alone.');
  return parameters.data.updateId;
}

/** @throws PulumiApiError 400 */
export function queryOf<T>(request: FastifyRequest, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(request.query);
  if (parsed.success) return parsed.data;
  throw new PulumiApiError(
    400,
    `Bad Request: ${parsed.error.issues[0]?.message ?? 'the query is not as expected'}`,
  );
}
