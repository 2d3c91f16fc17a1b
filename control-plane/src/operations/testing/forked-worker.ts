import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { until, type Urls } from './engine-bench.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Below the package, so that the bundle finds the same modules as the source. */
const folder = here('../../../dist/test-workers');

interface Ended {
  readonly operationId: string;
  readonly end: string;
}

/** A worker in a process of its own. */
export class ForkedWorker {
  readonly ended: Ended[] = [];

  private constructor(private readonly child: ChildProcess) {
    child.on('message', (message: Partial<Ended>) => {
      const { operationId, end } = message;
      if (operationId !== undefined && end !== undefined) this.ended.push({ operationId, end });
    });
  }

  static async start(bundle: string, urls: Urls, env: Record<string, string> = {}): Promise<ForkedWorker> {
    const child = fork(bundle, {
      env: { ...process.env, APP_URL: urls.appUrl, PLATFORM_URL: urls.platformUrl, ...env },
      execArgv: ['--enable-source-maps'],
    });
    const worker = new ForkedWorker(child);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() =>
        Promise.reject(new Error('The worker process ended before it was ready.')),
      ),
    ]);
    return worker;
  }

  /** kill -9, and gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  pause(): void {
    this.child.kill('SIGSTOP');
  }

  wake(): void {
    this.child.kill('SIGCONT');
  }

  /** How this worker's dealing with an operation ended. */
  endOf(operationId: string): Promise<string> {
    return until(`the worker to end with ${operationId}`, () =>
      Promise.resolve(this.ended.find((each) => each.operationId === operationId)?.end),
    );
  }
}

/** Node runs no decorators and no parameter properties of TypeScript, so the worker is bundled first. */
export async function bundleWorker(): Promise<{ bundle: string; remove(): Promise<void> }> {
  await mkdir(folder, { recursive: true });
  const bundle = `${folder}/worker-${process.pid}.mjs`;
  await build({
    entryPoints: [here('./worker-process.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    sourcemap: 'inline',
    conditions: ['source'],
    plugins: [
      {
        name: 'installed packages stay outside',
        setup: (builder) => {
          builder.onResolve({ filter: /^[^./]/ }, ({ path }) =>
            path.startsWith('@leasehold/') ? undefined : { external: true },
          );
        },
      },
    ],
  });
  return { bundle, remove: () => rm(bundle, { force: true }) };
}
