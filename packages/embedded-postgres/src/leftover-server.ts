import { existsSync } from 'node:fs';
import { readFile, readdir, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from '@leasehold/processes';

const patienceMs = 30_000;

/**
 * Clears the way for a new server on a data folder that a crash left: stops a server that still serves it, and takes away
 * the lock files of one that is dead. PostgreSQL itself would take a zombie for a living server, and a container whose
 * first process reaps nothing keeps zombies for ever.
 * @throws Error when a process of the earlier server does not end in 30 s.
 */
export async function clearLeftover(data: string, sockets: string): Promise<void> {
  for (const lock of [join(data, 'postmaster.pid'), join(sockets, '.s.PGSQL.5432.lock')]) {
    if (!existsSync(lock)) continue;
    const [text] = (await readFile(lock, 'utf8')).split('\n');
    const pid = Number(text);
    if ((await servers(data)).includes(pid)) process.kill(pid, 'SIGINT');
    await untilNoneServes(data);
    // Whoever has this pid now, it is not a server of this folder.
    if (await isGone(pid, data)) await rm(lock, { force: true });
  }
}

/** Where a living process outside Linux cannot be told from a server, PostgreSQL's own look at its pid file decides. */
async function isGone(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'linux') return !(await servers(data)).includes(pid);
  return (await identify(pid)) === undefined;
}

async function untilNoneServes(data: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const [left] = await servers(data);
    if (left === undefined) return;
    if (Date.now() > deadline) {
      throw new Error(
        `A PostgreSQL left by an earlier run (process ${left}) does not stop: end it, then start again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** The server and its sessions work in the data folder, and nobody else does: a pid alone may be another program's by now. */
async function servers(data: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const folders = await Promise.all(
    pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => undefined)), // ended, a zombie, or of another user
  );
  return pids.filter((_, index) => folders[index] === data);
}
