import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../testing/eventually.js';
import { TwinUnderTest } from '../testing/twin-under-test.js';

let under: TwinUnderTest;
beforeAll(async () => {
  under = await TwinUnderTest.open();
});
afterAll(() => under.dispose());
beforeEach(() => under.setUp());
afterEach(() => under.tearDown());

function isRunning(pid: number): boolean {
  const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  return !state.startsWith('Z');
}
const runs = (pid: number): boolean => {
  try {
    return isRunning(pid);
  } catch {
    return false;
  }
};

describe('A pod that nobody uses', () => {
  beforeEach(async () => {
    await under.end();
    await under.begin({ idleMs: 200 });
  });

  it('sleeps, goes on counting as ready, and wakes for the next request', async () => {
    await under.serving('acme');
    const { pid } = await under.json('acme', '/env');
    await eventually(async () =>
      expect((await under.podsOf('acme'))[0]).toMatchObject({ phase: 'Asleep', ready: true }),
    );
    expect(runs(Number(pid))).toBe(false);
    expect((await under.get('acme')).status).toBe(200);
    expect((await under.podsOf('acme'))[0]?.restarts).toBe(0);
  });

  it('is not woken by a request for its metrics', async () => {
    await under.serving('acme');
    await eventually(async () => expect((await under.podsOf('acme'))[0]?.phase).toBe('Asleep'));
    expect((await under.get('acme', '/metrics')).status).toBe(404);
    expect((await under.podsOf('acme'))[0]?.phase).toBe('Asleep');
  });

  it('stays awake while a request lasts', async () => {
    await under.serving('acme');
    const answer = await under.openRequest('acme', '/stream');
    for (let events = 0; events < 30; events++) await once(answer, 'data');
    answer.destroy();
    await eventually(async () => expect((await under.podsOf('acme'))[0]?.phase).toBe('Asleep'));
  });

  it('stays awake while it says that it has work to do', async () => {
    await under.serving('acme');
    expect((await under.get('acme', '/work')).body).toBe('30');
    await eventually(async () => expect((await under.podsOf('acme'))[0]?.phase).toBe('Asleep'));
    const log = join(under.dataDir, 'twin', 'pods', (await under.podsOf('acme'))[0]?.name ?? '', 'log');
    expect(await readFile(log, 'utf8')).toContain('"work done"');
  });

  it('has fresh tokens when it wakes', async () => {
    await under.serving('acme');
    const before = (await under.get('acme', '/token')).body;
    await eventually(async () => expect((await under.podsOf('acme'))[0]?.phase).toBe('Asleep'));
    await eventually(() => expect(Date.now() / 1_000 - issuedAt(before)).toBeGreaterThan(1));
    const after = (await under.get('acme', '/token')).body;
    expect(issuedAt(after)).toBeGreaterThan(issuedAt(before));
  });
});

const issuedAt = (token: string): number =>
  z
    .object({ iat: z.number() })
    .parse(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())).iat;

describe.each([0, 2])('A pod of a twin that keeps %i processes warm', (warmProcesses) => {
  beforeEach(async () => {
    await under.end();
    await under.begin({ warmProcesses });
    // Gives warm processes the time to be there.
    await under.serving('first');
  });

  it('runs its own program in its own folder, as the leader of its own group, and ends politely', async () => {
    let takenOver = 0;
    for (const slug of ['one', 'two', 'three']) {
      await under.serving(slug);
      const env = await under.json(slug, '/env');
      expect(env).toMatchObject({ TENANT_NAME: `Client ${slug}`, main: true, stdin: 'ended' });
      expect(env['cwd']).toBe(join(under.dataDir, 'twin', 'images', under.image.split(':').at(-1) ?? ''));
      expect(env['argv']).toEqual([process.execPath, join(String(env['cwd']), 'server.mjs')]);
      const shown = execFileSync('ps', ['-o', 'pgid=,args=', '-p', String(env['pid'])], { encoding: 'utf8' });
      expect(Number.parseInt(shown, 10)).toBe(env['pid']);
      if (shown.includes('warm-start')) takenOver += 1;
    }
    expect(takenOver > 0).toBe(warmProcesses > 0);
    const [pod] = await under.podsOf('one');
    const log = join(under.dataDir, 'twin', 'pods', pod?.name ?? '', 'log');
    await under.twin.close();
    expect(await readFile(log, 'utf8')).toContain('"stopping"');
  });
});

describe('A twin that starts again', () => {
  it('takes its pods over asleep, and the first request wakes one', async () => {
    await under.serving('acme');
    const [before] = await under.podsOf('acme');
    await under.end();
    expect(runs(before?.pid ?? 0)).toBe(false);
    await under.begin();
    expect((await under.podsOf('acme'))[0]).toMatchObject({
      name: before?.name,
      phase: 'Asleep',
      ready: true,
      pid: null,
    });
    expect((await under.get('acme')).status).toBe(200);
    expect((await under.json('acme'))['pod']).toBe(before?.name);
  });
});
