/** Status codes of gRPC that a workload gives. https://grpc.io/docs/guides/status-codes/ */
export const Status = {
  ok: 0,
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export type StatusCode = (typeof Status)[keyof typeof Status];

const names = new Map<number, string>(
  Object.entries(Status).map(([name, code]) => [
    code,
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  ]),
);

/** The name of a status as the specification writes it, such as `OUT_OF_RANGE`. */
export function statusName(code: number): string {
  return names.get(code) ?? String(code);
}

/** Ends a call with this status; the caller reads the message. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  constructor(
    readonly status: StatusCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** A message as a header: printable ASCII stays, all else (and `%`) is percent-encoded as UTF-8. PROTOCOL-HTTP2.md, Status-Message. */
export function encodeMessage(message: string): string {
  return message
    .toWellFormed()
    .replaceAll(/[^\x20-\x7e]+|%/g, (characters) => encodeURIComponent(characters));
}
