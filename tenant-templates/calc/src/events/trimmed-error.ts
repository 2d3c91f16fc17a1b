/** What was asked for was in the log and is no longer kept. */
export class TrimmedError extends Error {
  override readonly name = 'TrimmedError';

  /** @param oldest the first place that is kept. */
  constructor(readonly oldest: number) {
    super(`The log is kept from ${oldest} on; read it after ${oldest - 1}.`);
  }
}
