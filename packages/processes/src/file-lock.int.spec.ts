import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, describe, expect, it } from 'vitest';
import { lockDataDir } from './data-dir-lock.js';
import { tryLock, waitForLock } from './file-lock.js';
import { machineFacts } from './machine.js';
import { ownIdentity } from './process-identity.js';
import { runFixture } from './test-process.js';

const folder = await mkdtemp(join(tmpdir(), 'lh-lock-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const newDir = (): string => join(folder, randomUUID());

async function hold(dir: string) {
  const attempt = await tryLock(dir, 'test');
  if (!attempt.held) throw new Error('the lock is not free');
  return attempt.lock;
}

describe('a lock between processes', () => {
  it('has one holder at a time, and is free again after its release', async () => {
    const dir = newDir();
    const lock = await hold(dir);
    expect(await tryLock(dir, 'test')).toMatchObject({
      held: false,
      owner: { pid: process.pid, purpose: 'test' },
    });
    await lock.release();
    await (await hold(dir)).release();
  });

  it('of a process that was killed is taken over, by one only', async () => {
    const dir = newDir();
    const { child, line } = await runFixture('lock-holder.mjs', [dir]);
    expect(line).toBe('held');
    expect(await tryLock(dir, 'test')).toMatchObject({ held: false, owner: { pid: child.pid } });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(dir, 'test')));
    expect(attempts.filter(({ held }) => held)).toHaveLength(1);
  });

  it('is given to one of many processes that ask at once', async () => {
    const dir = newDir();
    const tries = await Promise.all(Array.from({ length: 4 }, () => runFixture('lock-holder.mjs', [dir])));
    const holders = tries.filter(({ line }) => line === 'held');
    tries.forEach(({ child }) => child.kill('SIGKILL'));
    expect(holders).toHaveLength(1);
    expect(tries.filter(({ line }) => line === `owner ${holders[0]?.child.pid ?? 0}`)).toHaveLength(3);
  });

  it('whose owner’s pid now belongs to another process is taken over', async () => {
    const dir = newDir();
    await mkdir(dir);
    const owner = { ...(await ownIdentity()), ...(await machineFacts()), purpose: 'test', since: '' };
    await writeFile(join(dir, '1'), JSON.stringify({ ...owner, startedAt: `${owner.startedAt}9` }));
    await (await hold(dir)).release();
  });

  it('of another container is taken over when its heart no longer beats', async () => {
    const dir = newDir();
    await mkdir(dir);
    const owner = { ...(await ownIdentity()), ...(await machineFacts()), purpose: 'test', since: '' };
    await writeFile(join(dir, '1'), JSON.stringify({ ...owner, host: `not-${hostname()}` }));
    await (await hold(dir)).release();
  });

  it('is waited for, and the wait is explained once', async () => {
    const dir = newDir();
    const lock = await hold(dir);
    const told: number[] = [];
    const waiting = waitForLock(dir, 'test', {
      onWait: ({ pid }) => {
        told.push(pid);
        void lock.release();
      },
    });
    await (await waiting).release();
    expect(told).toEqual([process.pid]);
  });

  it('leaves one file behind, however often it was used', async () => {
    const dir = newDir();
    for (let i = 0; i < 5; i++) await (await hold(dir)).release();
    expect(await readdir(dir)).toEqual(['5']);
  });

  it('of a data directory names the one that uses it and the setting', async () => {
    const dir = newDir();
    const lock = await lockDataDir(dir);
    await expect(lockDataDir(dir)).rejects.toThrow(
      new RegExp(
        `^Another Leasehold \\(pid ${process.pid}, since .*\\) uses the data directory ${dir}: .*LEASEHOLD_DATA_DIR`,
      ),
    );
    await lock.release();
  });
});
