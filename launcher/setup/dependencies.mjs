import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';
import { SetupError } from './setup-error.mjs';

/**
 * Installs the dependencies exactly as package-lock.json says, if they are not installed yet.
 * @param {string} repository
 * @param {(line: string) => void} [print]
 * @returns {Promise<boolean>} false when there was nothing to do
 * @throws {SetupError} when npm fails
 */
export async function installDependencies(repository, print = console.log) {
  if (isInstalled(repository)) return false;
  print('  installing dependencies with npm, usually about a minute …');
  const { code, output } = await runCommand('npm', ['ci', '--no-audit', '--no-fund'], { cwd: repository });
  if (code !== 0) throw new SetupError(explainNpm(output));
  return true;
}

/** npm writes `node_modules/.package-lock.json` as the last act of an installation: what it says is there. */
function isInstalled(repository) {
  const wanted = readLock(join(repository, 'package-lock.json'));
  const present = readLock(join(repository, 'node_modules', '.package-lock.json'));
  return (
    present !== undefined &&
    existsSync(join(repository, 'node_modules', '.bin', 'node')) &&
    isCurrent(wanted, present)
  );
}

/**
 * Whether every package that the lock file wants is installed in that version. Optional packages may be missing (those of other platforms).
 * @param {Record<string, LockEntry> | undefined} wanted
 * @param {Record<string, LockEntry> | undefined} present
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockEntry
 */
export function isCurrent(wanted, present) {
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = present[path];
    if (!found) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** The reason in npm's output, as one sentence. */
export function explainNpm(output) {
  if (/ENOSPC|no space left/i.test(output)) return 'The disk is full: free some space and start again.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|network/i.test(output)) {
    return 'The dependencies could not be fetched, as the npm registry cannot be reached: check the network (or npm’s registry and proxy settings) and start again.';
  }
  const errors = output.split('\n').filter((line) => /npm (error|ERR!)/.test(line));
  const said = errors
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, ''))
    .filter((line) => line && !/complete log|_logs/.test(line));
  return `npm ci failed: ${said.slice(0, 4).join(' ') || output.trim().split('\n').at(-1) || 'it said nothing'}`;
}
