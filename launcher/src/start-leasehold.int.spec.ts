import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, identify } from '@leasehold/processes';
import { parseSettings, type Settings } from '@leasehold/settings';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeRepository } from '../fixtures/write-repository.mjs';
import { Report } from './report.js';
import { ShutdownStack } from './shutdown-stack.js';
import { startLeasehold, type Restartable } from './start-leasehold.js';

let folder: string;
let settings: Settings<'launcher'>;
let running: ShutdownStack[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lh-start-'));
  await writeRepository(folder);
  const ports = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  settings = parseSettings('launcher', {
    LEASEHOLD_DATA_DIR: join(folder, 'data'),
    LEASEHOLD_PORT: String(ports[0]),
    LEASEHOLD_EDGE_PORT: String(ports[1]),
    LEASEHOLD_DNS_PORT: String(ports[2]),
    LEASEHOLD_EDGE_TLS_PORT: String(ports[3]),
    ...(process.env['LEASEHOLD_TOOLS_DIR']
      ? { LEASEHOLD_TOOLS_DIR: process.env['LEASEHOLD_TOOLS_DIR'] }
      : {}),
  });
  vi.stubEnv('JOURNAL', join(folder, 'journal'));
});
afterEach(async () => {
  for (const shutdown of running) await shutdown.run();
  running = [];
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Starts the supervisor's part of a Leasehold whose services are fixtures and whose database is real. */
async function start(): Promise<{ printed: string[]; services: Restartable[]; shutdown: ShutdownStack }> {
  const printed: string[] = [];
  const shutdown = new ShutdownStack();
  running.push(shutdown);
  const services = await startLeasehold({
    repository: folder,
    settings,
    report: new Report((line) => printed.push(line)),
    shutdown,
    signal: new AbortController().signal,
  });
  return { printed, services, shutdown };
}

const journal = async (): Promise<string[]> =>
  (await readFile(join(folder, 'journal'), 'utf8')).trim().split('\n');
const startsOf = async (room: string): Promise<{ pid: number; ports: string }[]> =>
  (await journal())
    .filter((line) => line.startsWith(`${room} started`))
    .map((line) => ({ pid: Number(line.split(' ')[2]), ports: line.split(' ')[3] ?? '' }));

describe('a start', () => {
  it('begins everything in order, onboards the sample client once, and stops in the reverse order', async () => {
    const { printed, shutdown } = await start();
    expect(printed.join('\n')).toMatch(/onboarding the sample client acme:\n {4}place\n {4}activate\n/);
    expect(printed.at(-1)).toContain('Client acme        http://acme.localhost:1');
    await shutdown.run();
    const lines = (await journal()).map((line) => line.replace(/ started .*/, ' started'));
    expect(lines).toEqual([
      'data-gateway started',
      'twin started',
      'control-plane started',
      'control-plane onboards first-start-sample-tenant {"slug":"acme","displayName":"Acme","template":"counter","plan":"free"}',
      'control-plane stopped',
      'twin stopped',
      'data-gateway stopped',
    ]);
  });

  it('keeps secrets for this user alone', async () => {
    const mode = async (path: string): Promise<string> =>
      ((await stat(join(folder, 'data', path))).mode & 0o777).toString(8);
    expect([await mode('.'), await mode('secrets'), await mode('secrets/database.json')]).toEqual([
      '700',
      '700',
      '600',
    ]);
  });

  it('a second time does not onboard the sample client again, and says where it is', async () => {
    const { printed } = await start();
    expect(printed.join('\n')).not.toContain('onboarding');
    expect(printed.at(-1)).toContain('http://acme.localhost:1');
  });

  it('restarts a service that was killed, on the port that it had', async () => {
    await start();
    const before = await startsOf('data-gateway');
    process.kill(before.at(-1)?.pid ?? 0, 'SIGKILL');
    while ((await startsOf('data-gateway')).length === before.length) await delay(20);
    const restarted = (await startsOf('data-gateway')).at(-1);
    expect(restarted?.ports).toBe(before.at(-1)?.ports);
    expect(await identify(restarted?.pid ?? 0)).toBeDefined();
  });

  it('is refused while another one uses the same data directory', async () => {
    await start();
    await expect(start()).rejects.toThrow(/^Another Leasehold \(pid \d+, .*LEASEHOLD_DATA_DIR/);
  });
});
