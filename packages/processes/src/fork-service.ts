import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { basename } from 'node:path';
import { describeExit, exitOf, type ChildExit } from './child-exit.js';
import { guardGroup, releaseGroup } from './guard.js';
import { lastWords } from './last-words.js';
import { stopGroup } from './stop-group.js';

export interface ServiceOptions<F> {
  /** The JavaScript file to run. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly execArgv?: readonly string[];
  readonly readyTimeoutMs?: number;
  /** Checks the child's ready message, `{type: 'ready', ...facts}`; throws when that is not what was expected. */
  readonly parseFacts: (facts: unknown) => F;
  /** Ends the child while it is still starting; later, {@link Service.stop} does. */
  readonly signal?: AbortSignal;
  /** Receives each line the child writes to stdout and stderr. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Receives what the child sends, its ready message aside. */
  readonly onMessage?: (message: unknown) => void;
}

export interface Service<F> {
  readonly pid: number;
  /** What the child said when it became ready. */
  readonly facts: F;
  readonly exited: Promise<ChildExit>;
  /** Sends the child a message; nothing happens when it is gone. */
  send(message: Serializable): void;
  /** SIGTERM, then SIGKILL for its process group at the deadline. */
  stop(deadlineMs?: number): Promise<ChildExit>;
}

/** A service that did not become ready; the message says what it said about it on stderr, in one line. */
export class ServiceStartError extends Error {
  override readonly name = 'ServiceStartError';
}

/**
 * Starts a Node program and waits until it says that it is ready.
 * The child ends by itself when this program dies (its IPC channel closes), and the guard ends it if it cannot.
 * @throws ServiceStartError when it ends first, says something else, or takes longer than `readyTimeoutMs` (30 s).
 */
export async function forkService<F>(options: ServiceOptions<F>): Promise<Service<F>> {
  const { entry, args = [], readyTimeoutMs = 30_000 } = options;
  const child = fork(entry, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
    serialization: 'json',
    env: options.env ?? process.env,
    execArgv: [...(options.execArgv ?? [])],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const exited = exitOf(child);
  const { pid } = child;
  if (pid === undefined) throw new ServiceStartError(`${basename(entry)} could not be started.`);
  void guardGroup(pid);
  void exited.then(() => releaseGroup(pid));
  const lastLines = followOutput(child, options.onLine);
  const stop = (deadlineMs = 15_000): Promise<ChildExit> => stopGroup(pid, exited, { deadlineMs });
  try {
    const message = await readyMessage(child, exited, readyTimeoutMs, options.signal);
    const facts = options.parseFacts(message);
    child.on('message', (later) => options.onMessage?.(later));
    const send = (outgoing: Serializable): void => {
      if (child.connected) child.send(outgoing, () => undefined);
    };
    return { pid, facts, exited, send, stop };
  } catch (error) {
    await stop(1000);
    const reason = error instanceof Error ? error.message : String(error);
    const said = lastWords(lastLines);
    throw new ServiceStartError(said ? `${said} (${reason})` : reason, { cause: error });
  }
}

function readyMessage(
  child: ChildProcess,
  exited: Promise<ChildExit>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`not ready after ${Math.round(timeoutMs / 1000)} s`)),
      timeoutMs,
    );
    child.on('message', (message) => {
      if (!isReady(message)) return;
      clearTimeout(timer);
      resolve(message);
    });
    signal?.addEventListener('abort', () => reject(new Error('the start was cancelled')), { once: true });
    void exited.then((exit) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${describeExit(exit)} before it was ready`));
    });
  });
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

/** Passes the child's lines on, and keeps the last few of stderr for an error message. */
function followOutput(child: ChildProcess, onLine: ServiceOptions<unknown>['onLine']): string[] {
  const last: string[] = [];
  for (const stream of ['stdout', 'stderr'] as const) {
    let rest = '';
    child[stream]?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        onLine?.(line, stream);
        if (stream === 'stderr') last.push(line);
        if (last.length > 50) last.shift();
      }
    });
  }
  return last;
}
