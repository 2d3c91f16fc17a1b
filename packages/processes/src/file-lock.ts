import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { howToVerify, lockOwner, type LockOwner } from './lock-owner.js';
import { machineFacts } from './machine.js';
import { parseJson } from './parse-json.js';
import { isAlive, ownIdentity } from './process-identity.js';

/**
 * A lock between processes that a kill -9 cannot leave behind. The lock is a folder of numbered files, of which the highest counts:
 * it names its owner, or says that it was released. A number is taken by `link`, which only one can do, so a dead owner's lock is
 * taken over (by the next number) by exactly one of those who try; the highest file is never removed, so numbers only grow.
 */
export interface FileLock {
  release(): Promise<void>;
}

export type LockAttempt =
  { readonly held: true; readonly lock: FileLock } | { readonly held: false; readonly owner: LockOwner };

const heartbeatMs = 2000;
const heartbeatPatienceMs = 7000;

/** Takes the lock when it is free or its owner is dead; otherwise says who holds it. */
export async function tryLock(dir: string, purpose: string): Promise<LockAttempt> {
  await mkdir(dir, { recursive: true });
  const own = {
    ...(await ownIdentity()),
    ...(await machineFacts()),
    purpose,
    since: new Date().toISOString(),
  };
  const draft = join(dir, `draft-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(own satisfies LockOwner), { mode: 0o600 });
  try {
    for (;;) {
      const highest = await highestNumber(dir);
      const owner = highest === 0 ? undefined : await liveOwner(join(dir, String(highest)));
      if (owner) return { held: false, owner };
      if (await takeNumber(draft, join(dir, String(highest + 1)))) {
        await removeBelow(dir, highest + 1);
        return { held: true, lock: heldLock(dir, highest + 1) };
      }
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Waits until the lock is free and takes it.
 * @param onWait called once, with who holds it, when there is something to wait for.
 */
export async function waitForLock(
  dir: string,
  purpose: string,
  { onWait, signal }: { onWait?: (owner: LockOwner) => void; signal?: AbortSignal } = {},
): Promise<FileLock> {
  let told = false;
  for (;;) {
    signal?.throwIfAborted();
    const attempt = await tryLock(dir, purpose);
    if (attempt.held) return attempt.lock;
    if (!told) onWait?.(attempt.owner);
    told = true;
    await delay(250, undefined, signal ? { signal } : {});
  }
}

async function highestNumber(dir: string): Promise<number> {
  const names = await readdir(dir);
  return Math.max(0, ...names.filter((name) => /^\d+$/.test(name)).map(Number));
}

async function takeNumber(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function removeBelow(dir: string, number: number): Promise<void> {
  const old = (await readdir(dir)).filter((name) => /^\d+$/.test(name) && Number(name) < number);
  await Promise.all(old.map((name) => rm(join(dir, name), { force: true })));
}

function heldLock(dir: string, number: number): FileLock {
  const file = join(dir, String(number));
  const heartbeat = setInterval(() => {
    utimes(file, new Date(), new Date()).catch(() => undefined);
  }, heartbeatMs);
  heartbeat.unref();
  return {
    async release() {
      clearInterval(heartbeat);
      const released = join(dir, `draft-${randomUUID()}`);
      await writeFile(released, JSON.stringify({ released: true }), { mode: 0o600 });
      await rename(released, file);
    },
  };
}

/** The owner that a lock file names, unless it released the lock or is dead. */
async function liveOwner(file: string): Promise<LockOwner | undefined> {
  const owner = lockOwner.safeParse(parseJson(await readFile(file, 'utf8').catch(() => ''))).data;
  if (!owner) return undefined;
  const how = howToVerify(owner, await machineFacts());
  const lives = how === 'identity' ? await isAlive(owner) : how === 'heartbeat' && (await beats(file));
  return lives ? owner : undefined;
}

async function beats(file: string): Promise<boolean> {
  const modified = async (): Promise<number> => (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  const before = await modified();
  const deadline = Date.now() + heartbeatPatienceMs;
  while (Date.now() < deadline) {
    await delay(250);
    if ((await modified()) !== before) return true;
  }
  return false;
}
