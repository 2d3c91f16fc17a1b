import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pinnedEnvironment, pinnedNode } from './pinned-node.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Gets the tools that tests run (once the code is compiled), with their progress lines.
 * @param {string} repository
 * @throws {SetupError} when a tool cannot be had; why was printed
 */
export async function ensureTools(repository) {
  const code = await new Promise((resolve) => {
    const child = spawn(pinnedNode(repository), [join(repository, 'launcher', 'dist', 'ensure-tools.js')], {
      cwd: repository,
      env: pinnedEnvironment(repository),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.once('error', () => resolve(127));
    child.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
  if (code !== 0) throw new SetupError('The tests need these tools.');
}
