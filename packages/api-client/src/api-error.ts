import { z } from 'zod';
import type { Problem } from './schema.js';

/** The API answered with a refusal (RFC 9457). */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** Seconds after which to try again, when the answer says so. */
    readonly retryAfter: number | undefined,
  ) {
    super(problem.detail);
  }
}

/** Nothing answers at the API's address, or the connection broke before the answer came. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor(baseUrl: string, options?: ErrorOptions) {
    super(`Nothing answers at ${baseUrl}.`, options);
  }
}

const problemSchema = z.looseObject({
  type: z.string().default('about:blank'),
  title: z.string().default(''),
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  requestId: z.string().default(''),
  errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  resource: z.string().optional(),
  retryable: z.boolean().optional(),
});

/** The error of an answer that is not a success; what is no problem document (a proxy's page) is described by its status. */
export function toApiError(response: Response, body: unknown): ApiError {
  const requestId = response.headers.get('x-request-id') ?? '';
  const parsed = problemSchema.safeParse(body);
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiError(
    response.status,
    parsed.success
      ? withoutUndefined({ ...parsed.data, requestId: parsed.data.requestId || requestId })
      : unknownProblem(response, requestId),
    Number.isFinite(seconds) ? seconds : undefined,
  );
}

function unknownProblem({ status, statusText }: Response, requestId: string): Problem {
  const detail = `The answer was ${status}${statusText === '' ? '' : ` ${statusText}`} without a reason.`;
  return { type: 'about:blank', title: statusText, status, code: 'unknown', detail, requestId };
}

function withoutUndefined({ errors, resource, retryable, ...rest }: z.output<typeof problemSchema>): Problem {
  return {
    ...rest,
    ...(errors === undefined ? {} : { errors }),
    ...(resource === undefined ? {} : { resource }),
    ...(retryable === undefined ? {} : { retryable }),
  };
}
