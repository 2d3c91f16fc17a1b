/** One way to get a tool that did not work: a sentence for people that says why. */
export class WayFailed extends Error {
  override readonly name = 'WayFailed';
}

/** Nothing worked; the message has one sentence per way that was tried. */
export class ToolUnavailableError extends Error {
  override readonly name = 'ToolUnavailableError';
}
