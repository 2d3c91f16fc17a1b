import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withSetupLock } from './setup-lock.mjs';

const lockModule = fileURLToPath(new URL('setup-lock.mjs', import.meta.url));

/** Another process that holds the lock of a clone until it is killed. */
async function holder(clone) {
  const program = `
    const { withSetupLock } = await import(${JSON.stringify(lockModule)});
    await withSetupLock(${JSON.stringify(clone)}, () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1000)); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

it('two set-ups of one clone take turns', async () => {
  const clone = randomUUID();
  const order = [];
  const setUp = (name) =>
    withSetupLock(
      clone,
      async () => {
        order.push(`${name} begins`);
        await setImmediate();
        order.push(`${name} ends`);
      },
      () => undefined,
    );
  await Promise.all([setUp('first'), setUp('second')]);
  expect(order).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
});

it('a set-up waits for another process, says so once, and goes on when that one was killed', async () => {
  const clone = randomUUID();
  const other = await holder(clone);
  const told = [];
  await withSetupLock(
    clone,
    async () => undefined,
    (line) => {
      told.push(line);
      other.kill('SIGKILL');
    },
  );
  expect(told).toEqual(['  waiting, as another start is setting up this clone …']);
});
