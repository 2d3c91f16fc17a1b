import { join } from 'node:path';
import { pinnedNode } from './pinned-node.mjs';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Compiles what has changed.
 * @param {string} repository
 * @throws {SetupError} with the compiler's first messages
 */
export async function compile(repository) {
  const compiler = join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  const { code, output } = await runCommand(pinnedNode(repository), [compiler, '-b'], { cwd: repository });
  if (code === 0) return;
  if (/ENOSPC/.test(output)) throw new SetupError('The disk is full: free some space and start again.');
  throw new SetupError(`The sources do not compile:\n${output.trim().split('\n').slice(0, 20).join('\n')}`);
}
