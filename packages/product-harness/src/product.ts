import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@leasehold/processes';
import { Api } from './api.js';
import { Client } from './client.js';
import type { Ports } from './ports.js';
import { until } from './until.js';

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** The whole product as `npm start` runs it, on ports and a data folder of the test's own. */
export class Product {
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    readonly dataDir: string,
    readonly ports: Ports,
  ) {}

  static async create(): Promise<Product> {
    const dataDir = await mkdtemp(join(tmpdir(), 'lh-e2e-'));
    const [api, edge, edgeTls, dns] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
    return new Product(dataDir, { api, edge, edgeTls, dns });
  }

  get environment(): Record<string, string> {
    return {
      LEASEHOLD_DATA_DIR: this.dataDir,
      LEASEHOLD_PORT: String(this.ports.api),
      LEASEHOLD_EDGE_PORT: String(this.ports.edge),
      LEASEHOLD_EDGE_TLS_PORT: String(this.ports.edgeTls),
      LEASEHOLD_DNS_PORT: String(this.ports.dns),
    };
  }

  /** What the start has printed so far. */
  get printed(): string {
    return this.output;
  }

  get supervisorPid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts the supervisor and waits until it says that it is ready. */
  async start(): Promise<void> {
    this.launch();
    await until('the product to be ready', () => /Leasehold is ready/.test(this.output), {
      deadlineMs: 180_000,
      explain: () => this.output,
      giveUp: () =>
        this.ended ? `it ended with code ${String(this.child?.exitCode)}: ${this.output}` : undefined,
    });
  }

  /** Starts the supervisor without waiting for anything. */
  launch(more: Record<string, string> = {}): void {
    this.output = '';
    const child = spawn(process.execPath, [join(repository, 'launcher/dist/main.js')], {
      cwd: repository,
      env: { ...process.env, ...this.environment, ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(join(this.dataDir, 'e2e-start.log'), { flags: 'a' });
    const keep = (chunk: Buffer) => {
      this.output += chunk.toString('utf8');
      log.write(chunk);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('close', () => log.end());
    this.child = child;
  }

  get ended(): boolean {
    return this.child !== undefined && (this.child.exitCode !== null || this.child.signalCode !== null);
  }

  /** Waits for the supervisor to end by itself; returns its exit code. */
  async exitCode(): Promise<number | null> {
    await until('the supervisor to end', () => this.ended, {
      deadlineMs: 120_000,
      explain: () => this.output,
    });
    return this.child?.exitCode ?? null;
  }

  /** As Ctrl-C does; returns the exit code. */
  async stop(): Promise<number | null> {
    if (!this.child || this.ended) return this.child?.exitCode ?? null;
    this.child.kill('SIGTERM');
    return this.exitCode();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async api(): Promise<Api> {
    const key = (await readFile(join(this.dataDir, 'admin.key'), 'utf8')).trim();
    return new Api(`http://127.0.0.1:${this.ports.api}`, key);
  }

  /** What a client's user sees: the edge and the DNS server, never the API. */
  client(hostname: string): Client {
    return new Client(hostname, this.ports);
  }
}
