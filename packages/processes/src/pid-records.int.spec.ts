import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { parseRecord, reapLeftovers, recordProcess } from './pid-records.js';
import { identify } from './process-identity.js';

const folder = await mkdtemp(join(tmpdir(), 'lh-pids-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the record of what was started', () => {
  it('lets the next run end what a crash left', async () => {
    const child = spawn('sleep', ['600'], { detached: true });
    const exited = once(child, 'exit');
    await recordProcess(folder, child.pid ?? 0, 'sleeper');
    expect(await reapLeftovers(folder)).toMatchObject([{ role: 'sleeper', pid: child.pid }]);
    expect(await exited).toEqual([null, 'SIGTERM']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves a process alone that merely has a recorded pid', async () => {
    const child = spawn('sleep', ['600'], { detached: true });
    const pid = child.pid ?? 0;
    const file = join(folder, `${pid}.json`);
    await writeFile(file, JSON.stringify({ pid, startedAt: 'another life', role: 'sleeper' }));
    expect(await reapLeftovers(folder)).toEqual([]);
    expect(await identify(pid)).toBeDefined();
    child.kill('SIGKILL');
  });

  it.each(['', '{"pid":12', '{"pid":1,"startedAt":"x","role":"init"}', '[]'])(
    'names nobody when it says %j',
    (text) => {
      expect(parseRecord(text)).toBeUndefined();
    },
  );
});
