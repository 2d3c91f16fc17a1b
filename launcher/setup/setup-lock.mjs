import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lets one set-up of a clone run at a time: two `npm ci` at once in one folder would break each other. The lock of a process that
 * has died is taken over.
 * @template T
 * @param {string} repository
 * @param {() => Promise<T>} work
 * @param {(line: string) => void} [print]
 * @returns {Promise<T>}
 */
export async function withSetupLock(repository, work, print = console.log) {
  const name = createHash('sha256').update(repository).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `leasehold-setup-${process.getuid?.() ?? 0}-${name}.lock`);
  const own = `${process.pid} ${startOf(process.pid)}`;
  let told = false;
  while (!take(file, own)) {
    if (!told) print('  waiting, as another start is setting up this clone …');
    told = true;
    await delay(300);
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file, own) {
  const draft = `${file}.${process.pid}`;
  const owner = read(file);
  if (owner !== undefined && isDead(owner)) discard(file, owner);
  try {
    writeFileSync(draft, own);
    linkSync(draft, file); // only one of several can do this
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes a dead owner's lock; if another took it over meanwhile, gives it back. */
function discard(file, owner) {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    if (read(aside) !== owner) linkSync(aside, file);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function isDead(owner) {
  const [pid, ...start] = owner.split(' ');
  return startOf(Number(pid)) !== start.join(' ');
}

/** When a live process started, as the system tells it: a pid alone may since belong to another. Empty when there is none. */
function startOf(pid) {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}
