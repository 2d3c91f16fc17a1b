import { ApiError, UnreachableError } from '@leasehold/api-client';
import { SettingsError } from '@leasehold/settings';

/** What scripts may rely on. */
export const exitCode = { ok: 0, failed: 1, usage: 2, unreachable: 3, unauthorised: 4 } as const;

/** A mistake in how the command was called; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The operation ended in another state than it should have, and that was told already. */
export class OperationFailed extends Error {
  override readonly name = 'OperationFailed';
}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || error instanceof SettingsError) return exitCode.usage;
  if (error instanceof UnreachableError) return exitCode.unreachable;
  if (error instanceof ApiError && (error.status === 401 || error.status === 403))
    return exitCode.unauthorised;
  return exitCode.failed;
}
