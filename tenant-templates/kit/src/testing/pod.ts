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
    /** 0 without gRPC. */
    readonly grpcPort: number,
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
    const [port, grpcPort] = await new Promise<[number, number]>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const entry = logEntry.parse(JSON.parse(line));
        logs.push(entry);
        if (entry['message'] === 'listening') {
          resolve([Number(entry['port']), Number(entry['grpcPort'] ?? 0)]);
        }
      });
      void exited.then((how) => reject(new Error(`exited with ${how}: ${JSON.stringify(logs)}`)));
    });
    return new Pod(child, port, grpcPort, exited, logs);
  }

  /** As many replicas of one tenant, each with its pod's name; all or none. */
  static async replicas(image: string, env: Record<string, string>, count: number): Promise<Pod[]> {
    const started = await Promise.allSettled(
      Array.from({ length: count }, (_, index) =>
        Pod.start(image, { ...env, POD_NAME: `${env['POD_NAME'] ?? 'app'}-${index}` }),
      ),
    );
    const pods = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = started.find((result) => result.status === 'rejected');
    if (failed === undefined) return pods;
    await Promise.all(pods.map((pod) => pod.stop('SIGKILL')));
    throw new Error('A replica did not start.', { cause: failed.reason });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Any request; redirects and errors are answers too. */
  async get(path: string, init: RequestInit = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  }

  /** Sends a signal; resolves with the exit code, or the signal that ended it. */
  stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | string> {
    this.child.kill(signal);
    return this.exited;
  }

  /** Of the process, for a test that pauses it. */
  get pid(): number | undefined {
    return this.child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
  }
}
