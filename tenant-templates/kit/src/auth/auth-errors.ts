/** The proof that came with a request does not hold; the message says why, and nothing of the proof. */
export class InvalidTokenError extends Error {
  override readonly name = 'InvalidTokenError';
}

/** The proof cannot be judged at the moment: the issuer's keys, or the list of API keys, cannot be had. */
export class VerifierUnavailableError extends Error {
  override readonly name = 'VerifierUnavailableError';
}

/** The workload has not been told whose proofs it takes. */
export class AuthNotConfiguredError extends Error {
  override readonly name = 'AuthNotConfiguredError';
}
