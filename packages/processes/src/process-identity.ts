import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { machineFacts } from './machine.js';
import { parseProcStat, parsePsLine } from './process-table.js';

/**
 * One life of a process. A pid alone is not an identity, since the system hands it out again;
 * together with the start it names one process for as long as the machine is up.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; equal for the same process only. */
  readonly startedAt: string;
}

/**
 * The identity of a live process, or undefined when there is none with this pid.
 * A zombie counts as dead: where process 1 does not reap, it stays in the table for ever.
 */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const found = process.platform === 'linux' ? await fromProc(pid) : await fromPs(pid);
  return found ? { pid, startedAt: found } : undefined;
}

/** Whether exactly this process, not another with its pid, is alive. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startedAt === identity.startedAt;
}

/** The identity of the calling process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const own = await identify(process.pid);
  if (!own) throw new Error(`The process table does not show this process (pid ${process.pid}).`);
  return own;
}

async function fromProc(pid: number): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const stat = parseProcStat(text);
  if (!stat || stat.zombie) return undefined;
  return `${(await machineFacts()).boot}:${stat.startTicks}`;
}

async function fromPs(pid: number): Promise<string | undefined> {
  const line = await new Promise<string>((resolve) => {
    execFile(
      'ps',
      ['-o', 'stat=,lstart=', '-p', String(pid)],
      { env: { ...process.env, LC_ALL: 'C' } },
      (error, out) => resolve(error ? '' : out),
    );
  });
  const row = parsePsLine(line);
  return row && !row.zombie ? row.startedAt : undefined;
}
