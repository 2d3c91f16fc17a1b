import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity.js';

/** Sends a signal to a process group; a group that is gone is no error. */
export function signalGroup(pgid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pgid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/**
 * Ends a group: the polite signal first, SIGKILL for whatever is left when its leader has ended or the deadline has passed.
 * @param ended resolves when the leader has ended.
 */
export async function stopGroup<T>(
  pgid: number,
  ended: Promise<T>,
  { signal = 'SIGTERM', deadlineMs = 10_000 }: { signal?: NodeJS.Signals; deadlineMs?: number } = {},
): Promise<T> {
  signalGroup(pgid, signal);
  const timer = setTimeout(() => signalGroup(pgid, 'SIGKILL'), deadlineMs);
  const result = await ended;
  clearTimeout(timer);
  signalGroup(pgid, 'SIGKILL');
  return result;
}

/** Ends a process that is not a child of this program (and its group), if it is still the same one. */
export async function stopIdentified(identity: ProcessIdentity, deadlineMs = 5000): Promise<boolean> {
  if (!(await isAlive(identity))) return false;
  signalProcessAndGroup(identity.pid, 'SIGTERM');
  const ended = await diesWithin(identity, deadlineMs);
  if (!ended) signalProcessAndGroup(identity.pid, 'SIGKILL');
  await diesWithin(identity, 2000);
  return true;
}

async function diesWithin(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (await isAlive(identity)) {
    if (Date.now() > deadline) return false;
    await delay(25);
  }
  return true;
}

function signalProcessAndGroup(pid: number, signal: NodeJS.Signals): void {
  signalGroup(pid, signal);
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH';
}
