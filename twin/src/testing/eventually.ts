import { setTimeout as delay } from 'node:timers/promises';

const deadlineMs = 15_000;

/** Asks again until the answer is what is wanted; the last answer's error is thrown at the deadline. */
export async function eventually<T>(ask: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(10);
    }
  }
}
