import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isIntact, lineageToNpm } from './lineage.mjs';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

/** The loss of the terminal ends what writes to it; with nohup the output goes elsewhere, and it runs on. */
const forwarded = ['SIGINT', 'SIGTERM', ...(process.stdout.isTTY ? ['SIGHUP'] : [])];

/**
 * Runs the compiled supervisor until it ends and resolves with its exit code. Signals are passed on; when this process is killed, or the npm
 * that runs it, the supervisor notices and stops everything.
 * @param {string} repository
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
export function runSupervisor(repository, args) {
  const child = spawn(
    pinnedNode(repository),
    ['--enable-source-maps', join(repository, 'launcher', 'dist', 'main.js'), ...args],
    {
      cwd: repository,
      env: pinnedEnvironment(repository),
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    },
  );
  for (const signal of forwarded) {
    process.on(signal, () => child.kill(signal));
  }
  stopWhenNpmIsGone(() => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`\nThe supervisor could not be started: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}

/** npm passes SIGINT and SIGTERM on, but says nothing when it is killed: then a process on the way to it gets another parent. */
function stopWhenNpmIsGone(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const lineage = lineageToNpm();
  const timer = setInterval(() => {
    if (isIntact(lineage)) return;
    clearInterval(timer);
    stop();
  }, 1000);
  timer.unref();
}
