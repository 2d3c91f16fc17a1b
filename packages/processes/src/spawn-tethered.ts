import { spawn, type ChildProcess, type IOType } from 'node:child_process';
import { exitOf, type ChildExit } from './child-exit.js';
import { guardGroup, releaseGroup } from './guard.js';
import { stopGroup } from './stop-group.js';

export interface TetherOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** stdin, stdout and stderr; nothing by default. */
  readonly stdio?: readonly [IOType | number, IOType | number, IOType | number];
  /** The polite signal of this program (Postgres wants SIGINT). */
  readonly stopSignal?: NodeJS.Signals;
  readonly uid?: number;
  readonly gid?: number;
}

export interface TetheredChild {
  readonly process: ChildProcess;
  /** The program's own pid; it leads a process group of its own. */
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Asks politely, then kills the whole group at the deadline. */
  stop(deadlineMs?: number): Promise<ChildExit>;
}

/** Waits for the word on descriptor 3, then becomes the program: so nothing runs that the guard does not know of yet. */
const gate = 'read -r word <&3 && [ "$word" = go ] || exit 125; exec 3<&-; exec "$@"';

/**
 * Starts a program that dies with this one, also when this one is killed with SIGKILL.
 * A command that does not exist ends with exit code 127, as in a shell.
 */
export function spawnTethered(
  command: string,
  args: readonly string[],
  { stdio = ['ignore', 'ignore', 'ignore'], stopSignal = 'SIGTERM', ...options }: TetherOptions = {},
): TetheredChild {
  const child = spawn('/bin/sh', ['-c', gate, 'leasehold-gate', command, ...args], {
    ...options,
    detached: true,
    stdio: [...stdio, 'pipe'],
  });
  const exited = exitOf(child);
  const { pid } = child;
  if (pid === undefined) throw new Error(`/bin/sh could not be started, so ${command} could not be either.`);
  const door = child.stdio[3];
  void exited.then(() => releaseGroup(pid));
  if (door && 'write' in door) {
    door.on('error', () => undefined);
    void guardGroup(pid, stopSignal).then(() => door.end('go\n'));
  }
  return {
    process: child,
    pid,
    exited,
    stop: (deadlineMs = 10_000) => stopGroup(pid, exited, { signal: stopSignal, deadlineMs }),
  };
}
