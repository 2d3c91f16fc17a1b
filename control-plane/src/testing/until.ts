import { setTimeout as delay } from 'node:timers/promises';

/** Waits for a condition; fails with what it saw last when it does not come true in time. */
export async function until<T>(
  look: () => Promise<T | undefined | false>,
  what: string,
  deadlineMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`Waited ${deadlineMs} ms in vain for: ${what}`);
    await delay(20);
  }
}
