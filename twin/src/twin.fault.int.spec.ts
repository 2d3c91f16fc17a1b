import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive } from '@leasehold/processes';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import { build } from 'esbuild';
import type { Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Inventory } from './inventory/inventory.js';
import { createTwinPool } from './inventory/twin-pool.js';
import { PodRecords, type PodRecord } from './pods/pod-records.repository.js';
import { endLeftovers } from './pods/recovery.js';
import { createTwinTarget, type TwinTarget } from './target.js';
import { eventually } from './testing/eventually.js';
import { cell, createCell, createClient, hostnameOfClient } from './testing/local-cloud.js';

const ready = z.object({
  type: z.literal('ready'),
  edgePort: z.number(),
  dnsPort: z.number(),
  objectStorePort: z.number(),
});

let database: TestDatabase;
let pool: Pool;
let dataDir: string;
let program: string;
let twin: ChildProcess;
let target: TwinTarget;

beforeAll(async () => {
  database = await testDatabase();
  pool = createTwinPool(database.twinUrl);
  dataDir = await mkdtemp(join(tmpdir(), 'lh-fault-'));
  await createCell(new Inventory(pool));
  program = await bundleTwin();
});
afterAll(async () => {
  await pool.end();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
  await rm(join(program, '..'), { recursive: true, force: true });
});

/** The twin's programs where they find their packages: what a build would make, from the sources as they are. */
async function bundleTwin(): Promise<string> {
  const outdir = join(import.meta.dirname, '../node_modules', `.test-${process.pid}`);
  await build({
    entryPoints: ['main.ts', 'pods/warm-start.ts'].map((file) => join(import.meta.dirname, file)),
    entryNames: '[name]',
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    external: ['pg', 'pino', 'undici', 'jose', 'zod', 'dns-packet', '@peculiar/x509', 'reflect-metadata'],
    outdir,
    logLevel: 'error',
  });
  await writeFile(join(outdir, 'package.json'), '{"type":"module"}');
  return join(outdir, 'main.js');
}

async function begin(): Promise<void> {
  twin = fork(program, {
    env: {
      PATH: process.env['PATH'],
      LEASEHOLD_DATA_DIR: dataDir,
      LEASEHOLD_TWIN_DATABASE_URL: database.twinUrl,
      LEASEHOLD_EDGE_PORT: '0',
      LEASEHOLD_EDGE_TLS_PORT: '0',
      LEASEHOLD_DNS_PORT: '0',
      LEASEHOLD_GATEWAY_PORT: '1',
      LEASEHOLD_LOG_LEVEL: 'warn',
    },
  });
  const died = once(twin, 'exit').then(() => {
    throw new Error('the twin ended before it was ready');
  });
  const said: readonly unknown[] = await Promise.race([once(twin, 'message'), died]);
  const { edgePort, dnsPort, objectStorePort } = ready.parse(said[0]);
  target = createTwinTarget({
    databaseUrl: database.twinUrl,
    dataDir,
    objectStoreUrl: `http://127.0.0.1:${String(objectStorePort)}`,
    gatewayAdminUrl: 'http://127.0.0.1:1',
    edgePort,
    dnsPort,
    cell,
  });
}

async function end(signal: NodeJS.Signals): Promise<number | null> {
  if (twin.exitCode !== null || twin.signalCode !== null) return twin.exitCode;
  await target.close();
  const exited = once(twin, 'exit');
  twin.kill(signal);
  await exited;
  return twin.exitCode;
}

const status = async (slug: string) =>
  (await target.fetchThroughEdge(hostnameOfClient(slug), '/', { signal: AbortSignal.timeout(20_000) }))
    .status;

async function serveClients(...slugs: string[]): Promise<void> {
  const image = (await target.pushImage(join(import.meta.dirname, '../fixtures/sample-image'))).reference;
  for (const slug of slugs) await createClient(new Inventory(pool), { slug, image });
  await eventually(async () => {
    for (const slug of slugs) expect(await status(slug)).toBe(200);
  });
}

async function identities(pods: readonly PodRecord[]) {
  const found = await Promise.all(pods.map(({ pid }) => identify(pid ?? 0)));
  return found.filter((identity) => identity !== undefined);
}

describe('A twin', () => {
  beforeEach(begin);
  afterEach(() => end('SIGTERM'));

  it('that is killed takes its pods with it, and the next one serves the same pages', async () => {
    await serveClients('one', 'two', 'three');
    const pods = await eventually(async () => {
      const records = await target.inventory.pods();
      expect(records.filter(({ pid }) => pid !== null)).toHaveLength(3);
      return records;
    });
    const processes = await identities(pods);
    expect(processes).toHaveLength(3);
    await end('SIGKILL');
    await eventually(async () => {
      for (const identity of processes) expect(await isAlive(identity)).toBe(false);
    });
    await begin();
    expect((await target.inventory.pods()).map(({ name }) => name)).toEqual(pods.map(({ name }) => name));
    for (const slug of ['one', 'two', 'three']) expect(await status(slug)).toBe(200);
  });

  it('that is told to stop ends with code 0 and leaves no pod running', async () => {
    await serveClients('four');
    const running = await eventually(async () => {
      const found = await identities(await target.inventory.pods());
      expect(found.length).toBeGreaterThan(0);
      return found;
    });
    expect(await end('SIGTERM')).toBe(0);
    for (const identity of running) expect(await isAlive(identity)).toBe(false);
  });
});

describe('A process that an earlier twin wrote down', () => {
  it('is ended when it is the same one, and left alone when the pid is another process by now', async () => {
    const children = [0, 1].map(() => spawn('sleep', ['300'], { detached: true, stdio: 'ignore' }));
    const [leftover, stranger] = await Promise.all(children.map(({ pid }) => identify(pid ?? 0)));
    const [first] = await new PodRecords(pool).list(cell);
    if (!leftover || !stranger || !first) throw new Error('the test did not set itself up');
    try {
      await endLeftovers(
        [
          { ...first, pid: leftover.pid, pidStarted: leftover.startedAt },
          { ...first, pid: stranger.pid, pidStarted: `${stranger.startedAt}0` },
        ],
        pino({ level: 'silent' }),
      );
      expect(await isAlive(leftover)).toBe(false);
      expect(await isAlive(stranger)).toBe(true);
    } finally {
      for (const child of children) child.kill('SIGKILL');
    }
  });
});
