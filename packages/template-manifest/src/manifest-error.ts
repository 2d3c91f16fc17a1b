/** One wrong field: `pointer` is a JSON Pointer (RFC 6901) into the document, `message` says what it must be. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** A `template.json` that cannot be used; `errors` names each wrong field. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';

  constructor(
    readonly source: string,
    readonly errors: readonly FieldError[],
    options?: ErrorOptions,
  ) {
    const list = errors.map((e) => (e.pointer === '' ? e.message : `${e.pointer}: ${e.message}`)).join('; ');
    super(`${source} is not a usable template manifest: ${list}`, options);
  }
}
