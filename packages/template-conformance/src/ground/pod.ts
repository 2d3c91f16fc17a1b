import { createInterface } from 'node:readline';
import { findExecutable, spawnTethered, type ChildExit, type TetheredChild } from '@leasehold/processes';

/** What a request was answered; `undefined` in place of it: the connection ended without an answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

export interface Command {
  readonly folder: string;
  readonly command: readonly string[];
}

const requestMs = 15_000;
const keptLines = 2_000;

/** A template's process, started as the platform starts it. */
export class Pod implements AsyncDisposable {
  /** Lines of standard output and of standard error, the last ones. */
  readonly stdout: string[] = [];
  readonly stderr: string[] = [];
  private ended: ChildExit | undefined;

  private constructor(
    private readonly child: TetheredChild,
    readonly port: number,
  ) {
    collect(child.process.stdout, this.stdout);
    collect(child.process.stderr, this.stderr);
    void child.exited.then((exit) => (this.ended = exit));
  }

  /** Starts the process and returns at once. `env` is all of its environment. */
  static async spawn({ folder, command }: Command, env: Readonly<Record<string, string>>): Promise<Pod> {
    const [program = '', ...args] = command;
    const path = program === 'node' ? process.execPath : ((await findExecutable(program)) ?? program);
    const child = spawnTethered(path, args, {
      cwd: folder,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Pod(child, Number(env['PORT']));
  }

  /** How it ended; undefined while it runs. */
  get exit(): ChildExit | undefined {
    return this.ended;
  }

  get exited(): Promise<ChildExit> {
    return this.child.exited;
  }

  /** What it said last, for a message. */
  get lastWords(): string {
    const words = [...this.stderr, ...this.stdout].slice(-3).join(' | ').slice(-600);
    return words === '' ? 'It has written nothing.' : `It wrote last: ${words}`;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** @throws Error when there is no answer. */
  async ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(this.url(path), {
      redirect: 'manual',
      signal: AbortSignal.timeout(requestMs),
      ...init,
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  /** The answer, or undefined when there is none. */
  async tryAsk(path: string, init: RequestInit = {}): Promise<Answer | undefined> {
    try {
      return await this.ask(path, init);
    } catch {
      // The process is gone, going, or does not speak HTTP: for the suite all of it is "no answer".
      return undefined;
    }
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (this.ended === undefined) this.child.process.kill(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.child.exited;
  }
}

function collect(stream: NodeJS.ReadableStream | null, lines: string[]): void {
  if (stream === null) return;
  createInterface({ input: stream }).on('line', (line) => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
  });
}
