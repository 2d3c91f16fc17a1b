export interface FieldError {
  /** JSON pointer (RFC 6901) into the request's body, or the name of a query parameter or header. */
  readonly pointer: string;
  readonly message: string;
  /** The column of a CSV file that it comes from. */
  readonly column?: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

interface Details {
  /** What the caller does about it belongs in here too. */
  readonly publicMessage: string;
  readonly retryable?: boolean;
  readonly logLevel?: LogLevel;
  readonly errors?: readonly FieldError[];
  /** The resource that failed: a URN, a hostname, an id. */
  readonly resource?: string;
  readonly retryAfterSeconds?: number;
  /** The methods that the route has, with `method_not_allowed`. */
  readonly allow?: readonly string[];
  /** More headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/**
 * The one family of expected errors. `kind` decides the HTTP status (mapped in `platform/http/problem.ts` alone),
 * `code` is stable for machines, `publicMessage` is what the caller reads; the cause is for the log.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly publicMessage: string;
  readonly retryable: boolean;
  readonly logLevel: LogLevel;
  readonly errors: readonly FieldError[] | undefined;
  readonly resource: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    details: Details,
  ) {
    super(details.publicMessage, { cause: details.cause });
    this.publicMessage = details.publicMessage;
    this.retryable = details.retryable ?? false;
    this.logLevel = details.logLevel ?? 'info';
    this.errors = details.errors;
    this.resource = details.resource;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.allow = details.allow;
    this.headers = details.headers;
  }
}

/** What went wrong, in the domain's terms. */
export type ErrorKind =
  | 'malformed' // 400
  | 'unauthenticated' // 401
  | 'payment_required' // 402
  | 'forbidden' // 403
  | 'not_found' // 404, also for what the caller may not see
  | 'method_not_allowed' // 405
  | 'timeout' // 408
  | 'conflict' // 409
  | 'gone' // 410: it was there, and is no longer kept
  | 'precondition_failed' // 412
  | 'too_large' // 413
  | 'unsupported_media_type' // 415
  | 'not_allowed' // 422: understood, but not allowed
  | 'precondition_required' // 428
  | 'rate_limited' // 429
  | 'headers_too_large' // 431
  | 'unavailable' // 503
  | 'internal'; // 500
