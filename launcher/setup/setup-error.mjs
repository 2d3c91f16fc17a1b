/** A set-up step that failed for a reason that a person can mend; the message says what to do. */
export class SetupError extends Error {
  name = 'SetupError';
}
