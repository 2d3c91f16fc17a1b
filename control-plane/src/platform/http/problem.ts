import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { AppError, type ErrorKind, type FieldError, type LogLevel } from '../app-error.js';
import { isTemporarilyUnavailable } from '../database-error.js';

/** The body of an error answer (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** Stable, for machines. */
  readonly code: string;
  /** For people: what is wrong and what to do. */
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
  /** What failed: an id, a hostname, a URN. */
  readonly resource?: string;
  readonly retryable?: boolean;
}

const statusOf: Readonly<Record<ErrorKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  not_allowed: 422,
  precondition_required: 428,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
};

/** What the framework refuses by itself, before any of our code runs: its status and our words. */
const frameworkRefusals: Readonly<Record<number, readonly [ErrorKind, string, string]>> = {
  400: ['malformed', 'malformed_request', 'The request is not valid HTTP for this route.'],
  404: ['not_found', 'route_not_found', 'There is no such route; /docs lists all of them.'],
  413: ['too_large', 'body_too_large', 'The body is larger than 1 MiB.'],
  415: [
    'unsupported_media_type',
    'unsupported_media_type',
    'Send the body as Content-Type: application/json.',
  ],
};

/** Any error as one of the family: what is unexpected becomes an internal error whose cause only the log shows. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HttpException) {
    const known = frameworkRefusals[error.getStatus()];
    if (known) return new AppError(known[0], known[1], { publicMessage: known[2], cause: error });
    if (error.getStatus() < 500) {
      return new AppError('malformed', 'malformed_request', { publicMessage: error.message, cause: error });
    }
  }
  if (isTemporarilyUnavailable(error)) {
    return new AppError('unavailable', 'database_unavailable', {
      publicMessage: 'The database did not answer in time; try again.',
      retryable: true,
      retryAfterSeconds: 2,
      logLevel: 'warn',
      cause: error,
    });
  }
  return new AppError('internal', 'internal_error', {
    publicMessage: 'Something went wrong on our side. It is in the log under this request id.',
    logLevel: 'error',
    cause: error,
  });
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
  readonly logLevel: LogLevel;
}

/** The answer to an error; nothing of its cause or stack is in it. */
export function problemAnswer(error: AppError, requestId: string): ProblemAnswer {
  const status = statusOf[error.kind];
  return {
    status,
    logLevel: error.logLevel,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="leasehold"' }),
      ...(error.retryAfterSeconds !== undefined && { 'retry-after': String(error.retryAfterSeconds) }),
      ...error.headers,
      ...(error.allow && { allow: error.allow.join(', ') }),
    },
    body: {
      type: `urn:leasehold:problem:${error.code}`,
      title: STATUS_CODES[status] ?? 'Error',
      status,
      code: error.code,
      detail: error.publicMessage,
      requestId,
      ...(error.errors && { errors: error.errors }),
      ...(error.resource !== undefined && { resource: error.resource }),
      ...(error.retryable && { retryable: true }),
    },
  };
}
