import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { loadManifest } from '@leasehold/template-manifest';

const logEntry = z.record(z.string(), z.unknown());

export interface Answer {
  status: number;
  headers: Headers;
  body: string;
}

/** The built image as a process, started with the command of its manifest and nothing but the documented environment. */
export class Pod implements AsyncDisposable {
  readonly logs: Record<string, unknown>[] = [];
  private readonly exited: Promise<number | string>;

  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    exited: Promise<number | string>,
    logs: Record<string, unknown>[],
  ) {
    this.exited = exited;
    this.logs = logs;
  }

  /** Resolves when the pod listens. @throws Error with its last words when it exits instead. */
  static async start(image: string, env: Record<string, string>): Promise<Pod> {
    const [program = '', ...args] = (await loadManifest(image)).run.command;
    if (program !== 'node') throw new Error(`The platform runs node, not ${program}.`);
    const child = spawn(process.execPath, args, { cwd: image, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = new Promise<number | string>((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
    });
    const logs: Record<string, unknown>[] = [];
    const port = await new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const entry = logEntry.parse(JSON.parse(line));
        logs.push(entry);
        if (entry['message'] === 'listening') resolve(Number(entry['port']));
      });
      void exited.then((how) => reject(new Error(`exited with ${how}: ${JSON.stringify(logs)}`)));
    });
    return new Pod(child, port, exited, logs);
  }

  async get(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  /** Takes the next number. */
  async number(): Promise<number> {
    const { status, body } = await this.get('/getCounter');
    if (status !== 200) throw new Error(`answered ${status}: ${body}`);
    return Number(body);
  }

  /** Sends a signal; resolves with the exit code, or the signal that ended it. */
  stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | string> {
    this.child.kill(signal);
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }
}
