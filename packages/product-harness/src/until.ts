interface Patience {
  readonly deadlineMs: number;
  /** How long to wait between two looks. */
  readonly everyMs?: number;
  /** What to add to the error when the deadline has passed. */
  readonly explain?: () => string;
  /** A reason why waiting longer is useless. */
  readonly giveUp?: () => string | undefined;
}

/** Waits for a condition, and says which one it was when it does not come. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { deadlineMs, everyMs = 25, explain, giveUp }: Patience,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await condition())) {
    const reason = giveUp?.();
    if (reason !== undefined) throw new Error(`Waited for ${what}, but ${reason}`);
    if (Date.now() > deadline)
      throw new Error(`Waited ${deadlineMs} ms in vain for ${what}. ${explain?.() ?? ''}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
