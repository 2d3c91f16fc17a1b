import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

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
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
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

/** npm passes SIGINT and SIGTERM on, but says nothing when it is killed: then this process gets another parent. */
function stopWhenNpmIsGone(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    stop();
  }, 1000);
  timer.unref();
}
