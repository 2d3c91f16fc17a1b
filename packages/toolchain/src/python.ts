import { findExecutable } from '@leasehold/processes';
import { capture } from './capture.js';
import { WayFailed } from './way.js';

const neededPython = [3, 11] as const;
const names = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
/** Prints the version alone, and fails where Debian keeps `venv` in a package of its own. */
const question = 'import ensurepip, venv, sys; print("%d.%d" % sys.version_info[:2])';

export interface Python {
  readonly path: string;
  /** Such as `3.11`: an environment that one of them has made is of no use to another. */
  readonly version: string;
}

/** A Python on PATH that can make virtual environments. @throws WayFailed when there is none */
export async function findPython(): Promise<Python> {
  for (const name of names) {
    const path = await findExecutable(name);
    if (!path) continue;
    const { exit, stdout } = await capture(path, ['-c', question], { deadlineMs: 20_000 });
    const version = stdout.trim();
    if (exit.code === 0 && isNewPython(version)) return { path, version };
  }
  throw new WayFailed(
    `there is no Python ${neededPython.join('.')} or newer with venv on PATH (Debian: apt-get install python3-venv)`,
  );
}

/** Whether a version such as `3.11` is new enough. */
export function isNewPython(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(version) ?? [];
  if (Number(major) > neededPython[0]) return true;
  return Number(major) === neededPython[0] && Number(minor) >= neededPython[1];
}
