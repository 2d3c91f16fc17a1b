/** A number has left the range of its type, or of what the calculator knows; the message is part of the interface. */
export class OutOfRangeError extends Error {
  override readonly name = 'OutOfRangeError';
}
