import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identify } from '@leasehold/processes';
import { newPrefix } from '@leasehold/tenant-data/prefix';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RawClient } from './testing/raw-client.js';
import { dump, TenantLoad } from './testing/tenant-load.js';
import { TestIssuer } from './testing/test-issuer.js';
import { until } from './testing/until.js';

const entry = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const ready = z.object({ type: z.literal('ready'), port: z.int(), adminPort: z.int() });
const usage = z.object({ hours: z.array(z.object({ rowsWritten: z.int() })) });

let dir: string;
let database: TestDatabase;
let issuer: TestIssuer;
let tenant: { prefix: string; token: string };

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lh-gp-'));
  database = await testDatabase();
  issuer = await TestIssuer.create(join(dir, 'jwks.json'));
  tenant = {
    prefix: newPrefix((size) => crypto.getRandomValues(new Uint8Array(size))),
    token: await issuer.podToken('t-acme'),
  };
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query(
    `insert into leasehold.row_key_prefixes (prefix, tenant_id, namespace, state) values ($1, 'ten_acme', 't-acme', 'live')`,
    [tenant.prefix],
  );
  await client.end();
});
afterEach(async () => {
  await database.drop();
  await rm(dir, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly port: number;
  readonly adminPort: number;
  readonly emulatorPid: number;
}

/** Starts the program; it is not told of the conditions that the test runner resolves modules by. */
function launch(port: number): { child: ChildProcess; output: () => string } {
  const child = fork(entry, {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LEASEHOLD_DATA_DIR: dir,
      LEASEHOLD_GATEWAY_JWKS: join(dir, 'jwks.json'),
      LEASEHOLD_GATEWAY_DATABASE_URL: database.gatewayUrl,
      LEASEHOLD_GATEWAY_PORT: String(port),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output };
}

async function start(port = 0): Promise<Running> {
  const { child, output } = launch(port);
  const ended = once(child, 'exit').then(() => {
    throw new Error(`The gateway did not start: ${output()}`);
  });
  ended.catch(() => undefined);
  const received: unknown[] = await Promise.race([once(child, 'message'), ended]);
  await until(() => output().includes('Bigtable is ready'));
  const line =
    output()
      .split('\n')
      .find((each) => each.includes('Bigtable is ready')) ?? '{}';
  const { emulator } = z.object({ emulator: z.int() }).parse(JSON.parse(line));
  const { port: listening, adminPort } = ready.parse(received[0]);
  return { child, port: listening, adminPort, emulatorPid: emulator };
}

describe('the gateway as a process', () => {
  test('killed with SIGKILL in the middle of a load, with its emulator, loses nothing that was acknowledged, nor meters it twice', async () => {
    let running = await start();
    let raw = new RawClient(running.port);
    const loads = Array.from(
      { length: 6 },
      (_, index) => new TenantLoad(() => raw, tenant, `load${index}`, { few: 'c', many: 'c' }),
    );
    for (let round = 0; round < 3; round++) {
      const goal = acknowledged(loads) + 60;
      const load = Promise.all(loads.map((each) => each.run(30)));
      await until(() => acknowledged(loads) >= goal);
      const ended = once(running.child, 'exit');
      running.child.kill('SIGKILL');
      if (round === 2) process.kill(running.emulatorPid, 'SIGKILL');
      await Promise.all([ended, load]);
      const { emulatorPid } = running;
      await until(() => gone(emulatorPid));
      raw.close();
      running = await start(running.port);
      raw = new RawClient(running.port);
    }
    const cells = new Set((await dump(raw, tenant)).map((line) => line.replace(/@\d+/, '')));
    for (const [key, value] of loads.flatMap((load) => [...load.written]))
      expect(cells).toContain(`${key} c:v=${value}`);
    for (const key of new Set(loads.flatMap((load) => [...load.sums.keys()]))) {
      const found = Math.max(
        ...[...cells]
          .filter((cell) => cell.startsWith(`${key} c:n=`))
          .map((cell) => Number(cell.split('=')[1])),
      );
      const sum = (part: 'acknowledged' | 'inDoubt'): number =>
        loads.reduce((total, load) => total + (load.sums.get(key)?.[part] ?? 0), 0);
      expect(found).toBeGreaterThanOrEqual(sum('acknowledged'));
      expect(found).toBeLessThanOrEqual(sum('acknowledged') + sum('inDoubt'));
    }
    const metered = await rowsWritten(running);
    const rows = (part: 'acknowledged' | 'inDoubt'): number =>
      loads.reduce((total, load) => total + load.rows[part], 0);
    expect(metered).toBeGreaterThanOrEqual(rows('acknowledged'));
    expect(metered).toBeLessThanOrEqual(rows('acknowledged') + rows('inDoubt'));
    raw.close();
    const ended = once(running.child, 'exit');
    running.child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    await until(() => gone(running.emulatorPid));
  });

  test('ends with its parent, and takes the emulator with it', async () => {
    const { child, emulatorPid } = await start();
    const ended = once(child, 'exit');
    child.disconnect();
    expect(await ended).toEqual([0, null]);
    await until(() => gone(emulatorPid));
  });

  test('a damaged log stops the start with a sentence that names file and byte', async () => {
    await writeFile(join(dir, 'jwks.json'), '{"keys":[]}');
    const { child } = await start();
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    await writeFile(join(dir, 'bigtable', '0000000001.log'), 'this was a log, and now it is something else');
    const second = launch(0);
    expect(await once(second.child, 'exit')).toEqual([1, null]);
    expect(second.output()).toMatch(/^The data gateway's log .*0000000001\.log is damaged at byte 0: .*\n$/);
  });
});

async function rowsWritten({ adminPort }: Running): Promise<number> {
  const authorization = `Bearer ${await issuer.controlPlaneToken()}`;
  const response = await fetch(`http://127.0.0.1:${adminPort}/admin/v1/usage`, {
    headers: { authorization },
  });
  const { hours } = usage.parse(await response.json());
  return hours.reduce((total, each) => total + each.rowsWritten, 0);
}

async function gone(pid: number): Promise<boolean> {
  return (await identify(pid)) === undefined;
}

function acknowledged(loads: readonly TenantLoad[]): number {
  return loads.reduce((sum, load) => sum + load.acknowledged, 0);
}
