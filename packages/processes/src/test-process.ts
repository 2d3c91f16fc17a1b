import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Runs a program of `fixtures/` for a test, and gives the first line that it prints. */
export async function runFixture(
  name: string,
  args: readonly string[] = [],
): Promise<{ child: ChildProcess; line: string }> {
  const path = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, line: chunk.toString('utf8').trim() };
}

/** Polls until the condition holds. */
export async function eventually(
  condition: () => Promise<boolean> | boolean,
  deadlineMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`It did not come true within ${deadlineMs} ms: ${condition.toString()}`);
    await delay(20);
  }
}
