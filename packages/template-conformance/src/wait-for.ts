import { setTimeout as pause } from 'node:timers/promises';

/** Asks until the answer is not undefined; undefined when the deadline (ms) has passed. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined>,
  deadlineMs: number,
  everyMs = 50,
): Promise<T | undefined> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined || performance.now() > end) return answer;
    await pause(everyMs);
  }
}

/** Whether something becomes true before the deadline (ms). */
export async function becomes(ask: () => Promise<boolean>, deadlineMs: number): Promise<boolean> {
  return (await waitFor(async () => ((await ask()) ? true : undefined), deadlineMs)) === true;
}
