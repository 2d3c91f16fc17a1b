import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';
import { SetupError } from './setup-error.mjs';

const notHere = 3;

/**
 * Gets the checkers of the tier `external` (once the code is compiled).
 * @param {string} repository
 * @returns {Promise<string | undefined>} why they cannot be had on this machine; undefined when they are there
 * @throws {SetupError} when something else is wrong; what was printed
 */
export async function ensureCheckers(repository) {
  const script = join(repository, 'launcher', 'dist', 'ensure-checkers.js');
  const child = spawn(pinnedNode(repository), [script], {
    cwd: repository,
    env: pinnedEnvironment(repository),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  const code = await new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (exitCode) => resolve(exitCode ?? 1));
  });
  if (code === 0) return undefined;
  if (code === notHere) return said.trim();
  throw new SetupError('The tier external needs its checkers.');
}
