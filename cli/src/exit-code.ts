import { ApiError, UnreachableError } from '@leasehold/api-client';
import { SettingsError } from '@leasehold/settings';

/** What scripts may rely on; docs/cli.md has the same table in words. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  notFound: 4,
  unreachable: 5,
  operationFailed: 6,
  interrupted: 130,
} as const;

/** A mistake in how the command was called; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The operation ended in another state than it should have, and that was told already. */
export class OperationFailed extends Error {
  override readonly name = 'OperationFailed';
}

/** The API took the request and refused a part of it, such as rows of a batch. */
export class PartlyRefused extends Error {
  override readonly name = 'PartlyRefused';
}

/** A person stopped the command; the message says what goes on without it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return exitCode.interrupted;
  if (error instanceof UsageError || error instanceof SettingsError) return exitCode.usage;
  if (error instanceof UnreachableError) return exitCode.unreachable;
  if (error instanceof OperationFailed) return exitCode.operationFailed;
  if (error instanceof PartlyRefused) return exitCode.refused;
  if (error instanceof ApiError) return exitCodeOfAnswer(error.status);
  return exitCode.failed;
}

/** A 5xx is no refusal: the API failed, and the same request may be taken later. */
function exitCodeOfAnswer(status: number): number {
  if (status >= 500) return exitCode.failed;
  return status === 404 ? exitCode.notFound : exitCode.refused;
}
