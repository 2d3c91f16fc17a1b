import { setTimeout as delay } from 'node:timers/promises';

/** Waits for what must happen sooner or later; a minute at most. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not happen within a minute');
    await delay(20);
  }
}
