/** Status codes of gRPC that the gateway gives. https://grpc.io/docs/guides/status-codes/ */
export const Status = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** What a caller is told beside status and message. */
export interface CallFacts {
  /** The call has changed nothing, which is certain. */
  readonly nothingApplied?: true;
  /** When it is worth another try. */
  readonly retryAfterMs?: number;
}

/** A call that ends with this status and message; the caller reads both, so neither holds anything of another tenant. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly facts: CallFacts;

  constructor(
    readonly status: number,
    message: string,
    { nothingApplied, retryAfterMs, ...options }: ErrorOptions & CallFacts = {},
  ) {
    super(message, options);
    this.facts = {
      ...(nothingApplied ? { nothingApplied } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }
}

/** The server behind the gateway answered with an error of its own (as opposed to not answering at all). */
export class UpstreamStatusError extends GrpcError {}

export const invalid = (message: string): GrpcError => new GrpcError(Status.invalidArgument, message);
export const denied = (message: string): GrpcError => new GrpcError(Status.permissionDenied, message);
export const unavailable = (message: string, options?: ErrorOptions & CallFacts): GrpcError =>
  new GrpcError(Status.unavailable, message, options);

/** A status for anything thrown: what is not a GrpcError is our own fault and tells the caller nothing. */
export function toGrpcError(error: unknown): GrpcError {
  return error instanceof GrpcError
    ? error
    : new GrpcError(Status.internal, 'The data gateway failed.', { cause: error });
}
