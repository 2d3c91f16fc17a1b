import { spawnTethered, type ChildExit, type TetheredChild } from '@leasehold/processes';

/** Of the CLI's output, for diagnostics: enough for the last words, bounded whatever it prints. */
const keptBytes = 64 * 1024;

export interface CliProcess {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** The end of what it wrote to stdout and stderr so far. */
  output(): string;
  /** SIGINT to its group, which lets the engine end its steps, then SIGKILL. */
  interrupt(graceMs: number): Promise<ChildExit>;
}

/** Starts the CLI in a process group of its own that dies with this process. */
export function startCli(
  path: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): CliProcess {
  const child = spawnTethered(path, args, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    stopSignal: 'SIGINT',
  });
  const output = keepEnd(child);
  return {
    pid: child.pid,
    exited: child.exited,
    output,
    interrupt: (graceMs) => child.stop(graceMs),
  };
}

function keepEnd(child: TetheredChild): () => string {
  let kept = '';
  for (const stream of [child.process.stdout, child.process.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      kept = (kept + chunk).slice(-keptBytes);
    });
  }
  return () => kept;
}
