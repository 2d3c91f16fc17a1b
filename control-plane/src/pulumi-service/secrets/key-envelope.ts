/** A data key as it is stored: readable only through the envelope that sealed it. */
export interface SealedKey {
  readonly envelopeKeyId: string;
  readonly sealed: Buffer;
}

/**
 * Seals the keys of stacks' secrets, so that the database alone reveals nothing. `context` says what the key is for and must
 * be the same on both ways.
 */
export interface KeyEnvelope {
  seal(key: Buffer, context: string): Promise<SealedKey>;
  /** @throws Error when another envelope key sealed it, or the context differs */
  open(sealed: SealedKey, context: string): Promise<Buffer>;
}
