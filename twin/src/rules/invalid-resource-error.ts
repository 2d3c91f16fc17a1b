/** The cloud does not accept the resource as it is. */
export class InvalidResourceError extends Error {
  override readonly name = 'InvalidResourceError';
  constructor(sentences: readonly string[]) {
    super(sentences.join('; '));
  }
}
