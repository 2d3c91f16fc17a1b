/** What a workload needs to know of a failed call: may it have been applied, and when is it worth another try. */

/** A write that may or may not have been applied: it was sent, and no answer came in time. Read the row before you decide. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
}

/** The data cannot be reached at present. Nothing was applied; the same call may succeed later. */
export class DataUnavailableError extends Error {
  override readonly name = 'DataUnavailableError';
  /** For `Retry-After`, in whole seconds. */
  readonly retryAfterSeconds: number;

  constructor(message: string, { retryAfterMs = 1000, ...options }: ErrorOptions & RetryAfter = {}) {
    super(message, options);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  }
}

interface RetryAfter {
  readonly retryAfterMs?: number;
}

/** One row of a `mutateMany` that was not written. */
export interface FailedRow {
  readonly key: string;
  /** An OutcomeUnknownError where the row may have been written all the same. */
  readonly error: Error;
}

/** Some rows of a `mutateMany` were not written; all others were. */
export class MutateManyError extends Error {
  override readonly name = 'MutateManyError';

  constructor(readonly failed: readonly FailedRow[]) {
    super(`${failed.length} rows were not written: ${failed[0]?.error.message ?? ''}`, {
      cause: failed[0]?.error,
    });
  }
}
