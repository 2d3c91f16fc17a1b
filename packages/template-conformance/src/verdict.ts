/** The template does not keep a promise; the message says what was seen and what to do. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';

  constructor(seen: string, advice: string, options?: ErrorOptions) {
    super(`${seen} ${advice}`, options);
  }
}

/** There is nothing to check; the message says why. */
export class NotChecked extends Error {
  override readonly name = 'NotChecked';
}
