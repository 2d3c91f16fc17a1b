import { DataUnavailableError, OutcomeUnknownError } from './data-errors.js';

/** gRPC's codes, as far as they say what became of a call. https://grpc.io/docs/guides/status-codes/ */
const code = {
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  resourceExhausted: 8,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  dataLoss: 15,
  unauthenticated: 16,
} as const;

/** The gateway's word that a call it refused has changed nothing. */
const appliedTrailer = 'leasehold-applied';
/** In whole milliseconds: when a refused call is worth another try. */
const retryTrailer = 'leasehold-retry-after-ms';

/** Statuses after which nobody knows whether a write was applied. */
const doubtful: ReadonlySet<number> = new Set([
  code.cancelled,
  code.unknown,
  code.deadlineExceeded,
  code.aborted,
  code.internal,
  code.unavailable,
  code.dataLoss,
]);
/** Refusals that pass by themselves: the pod's share is used up, or its token is just being renewed. */
const refused: ReadonlySet<number> = new Set([code.resourceExhausted, code.unauthenticated]);

/** What became of a failed call. */
export type Failure =
  /** Nothing was applied, and the same call may succeed later. */
  | { readonly kind: 'unavailable'; readonly error: DataUnavailableError; readonly retryAfterMs?: number }
  /** It may have been applied. */
  | { readonly kind: 'unknown'; readonly error: OutcomeUnknownError }
  /** The program's own fault, such as a family that does not exist. */
  | { readonly kind: 'fault'; readonly error: Error };

/** Judges the error of a call. @param call whether the call could have changed anything. */
export function judgeFailure(thrown: unknown, call: 'read' | 'write'): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (error instanceof DataUnavailableError) return { kind: 'unavailable', error };
  const status = statusOf(error);
  if (status === undefined) return { kind: 'fault', error };
  const retryAfterMs = Number(trailer(error, retryTrailer) ?? Number.NaN);
  if (refused.has(status) || (doubtful.has(status) && (call === 'read' || nothingApplied(error)))) {
    const after = Number.isFinite(retryAfterMs) ? { retryAfterMs } : {};
    return {
      kind: 'unavailable',
      error: new DataUnavailableError('The data cannot be reached at present.', { cause: error, ...after }),
      ...after,
    };
  }
  if (!doubtful.has(status)) return { kind: 'fault', error };
  return {
    kind: 'unknown',
    error: new OutcomeUnknownError('It is not known whether the write was applied.', { cause: error }),
  };
}

/** The gateway says so, or the call never left: the client found no connection, or never got to choose one. */
function nothingApplied(error: Error): boolean {
  return (
    trailer(error, appliedTrailer) === 'none' ||
    /No connection established|Waiting for LB pick|Name resolution failed/.test(error.message)
  );
}

function statusOf(error: Error): number | undefined {
  return 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

function trailer(error: Error, name: string): string | undefined {
  if (!('metadata' in error) || !isMetadata(error.metadata)) return undefined;
  const [value] = error.metadata.get(name);
  return typeof value === 'string' ? value : undefined;
}

function isMetadata(value: unknown): value is { get(name: string): unknown[] } {
  return typeof value === 'object' && value !== null && 'get' in value && typeof value.get === 'function';
}
