import { QueryFailedError } from 'typeorm';
import { z } from 'zod';

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const sqlState = {
  uniqueViolation: '23505',
  passing: new Set([
    '40001', // serialization_failure
    '40P01', // deadlock_detected
    '55P03', // lock_not_available
    '57014', // query_canceled: a timeout of ours
    '57P01', // admin_shutdown
    '57P02', // crash_shutdown
    '57P03', // cannot_connect_now
    '25P03', // idle_in_transaction_session_timeout
    '53100', // disk_full: retried a few times, and then an answer that says that it can be tried again
    '53200', // out_of_memory
    '53300', // too_many_connections
  ]),
};

const driverError = z.object({ code: z.string(), constraint: z.string().optional() });

/** The name of the unique constraint or index that a statement broke, or undefined. */
export function brokenUniqueConstraint(error: unknown): string | undefined {
  if (!(error instanceof QueryFailedError)) return undefined;
  const driver = driverError.safeParse(error.driverError);
  return driver.success && driver.data.code === sqlState.uniqueViolation ? driver.data.constraint : undefined;
}

/** Whether the same statement may succeed a moment later: no connection, a lock or statement timeout, a deadlock. */
export function isTemporarilyUnavailable(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const driver = driverError.safeParse(cause);
  if (driver.success) {
    return (
      sqlState.passing.has(driver.data.code) ||
      /^E(CONNREFUSED|CONNRESET|PIPE|NOENT|TIMEDOUT)$/.test(driver.data.code)
    );
  }
  // pg and its pool say these without a code.
  return (
    cause instanceof Error &&
    /^(timeout exceeded when trying to connect|Connection terminated)/.test(cause.message)
  );
}
