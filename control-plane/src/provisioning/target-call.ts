import { AppError } from '../platform/app-error.js';
import { isTransient } from '../operations/failure.js';

/**
 * A call to what a cell runs on. What fails there is mostly its process being away for a moment, so it is tried again; a
 * refusal that Leasehold itself has put into words stays as it is.
 * @param purpose completes "Could not …".
 */
export async function targetCall<T>(purpose: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AppError || isTransient(error)) throw error;
    throw new AppError('unavailable', 'target_unavailable', {
      publicMessage: `Could not ${purpose}: ${error instanceof Error ? error.message : 'the target gave no reason'}.`,
      retryable: true,
      logLevel: 'warn',
      cause: error,
    });
  }
}
