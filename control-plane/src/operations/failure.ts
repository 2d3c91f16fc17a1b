import { AppError } from '../platform/app-error.js';
import { isTemporarilyUnavailable } from '../platform/database-error.js';
import { Interruption } from './interruption.js';
import type { Failure } from './operation.js';

/** Whether the same attempt may succeed a little later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof AppError) return error.retryable;
  if (error instanceof Interruption) return error.kind === 'timeout';
  return isTemporarilyUnavailable(error);
}

/** What the operation's owner reads; the cause of an unexpected error is for the log alone. */
export function describeFailure(step: string, requestId: string, error: unknown): Failure {
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.publicMessage,
      ...(error.resource === undefined ? {} : { resource: error.resource }),
      retryable: error.retryable,
    };
  }
  if (error instanceof Interruption) {
    return { code: 'step_timeout', message: `The step "${step}" took longer than it may.`, retryable: true };
  }
  if (isTemporarilyUnavailable(error)) {
    return {
      code: 'unavailable',
      message: `The database was not available during "${step}".`,
      retryable: true,
    };
  }
  return {
    code: 'internal',
    message: `The step "${step}" failed for a reason that Leasehold does not know; the log has it under request ${requestId}.`,
    retryable: false,
  };
}
