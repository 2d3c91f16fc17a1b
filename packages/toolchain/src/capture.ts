import { spawnTethered, type ChildExit } from '@leasehold/processes';

export interface Captured {
  readonly exit: ChildExit;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

/** Runs a command to its end and returns what it wrote; it is stopped at the deadline and never outlives this program. */
export async function capture(
  command: string,
  args: readonly string[],
  { deadlineMs, cwd, env }: { deadlineMs: number; cwd?: string; env?: NodeJS.ProcessEnv },
): Promise<Captured> {
  const child = spawnTethered(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void child.stop(2000);
  }, deadlineMs);
  const [stdout, stderr, exit] = await Promise.all([
    textOf(child.process.stdout),
    textOf(child.process.stderr),
    child.exited,
  ]);
  clearTimeout(timer);
  return { exit, stdout, stderr, timedOut };
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream ?? []) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
