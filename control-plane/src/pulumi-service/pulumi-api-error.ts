/** An answer in Pulumi's own form, `{code, message}`; the CLI prints the message. Never 5xx for a stale lease: it retries those. */
export class PulumiApiError extends Error {
  override readonly name = 'PulumiApiError';

  constructor(
    readonly code: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 500,
    message: string,
  ) {
    super(message);
  }
}
