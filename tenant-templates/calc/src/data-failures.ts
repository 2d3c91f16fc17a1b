import { DataUnavailableError, OutcomeUnknownError } from '@leasehold/tenant-data';
import { LogUnavailableError } from './events/event-log.js';

/** Whether something failed because the data cannot be reached at the moment, so that it is worth another try. */
export function isOfData(error: unknown): error is Error {
  return (
    error instanceof DataUnavailableError ||
    error instanceof OutcomeUnknownError ||
    error instanceof LogUnavailableError
  );
}
