import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { forkService } from './fork-service.js';
import { identify } from './process-identity.js';

const entry = fileURLToPath(new URL('../fixtures/service.mjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'lh-fork-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (env: Record<string, string>, more: { readyTimeoutMs?: number; signal?: AbortSignal } = {}) =>
  forkService({ entry, env: { ...process.env, ...env }, parseFacts: (facts) => facts, ...more });

describe('a forked service', () => {
  it('tells its facts when it is ready, and cleans up when it is stopped', async () => {
    const stopFile = join(folder, 'stopped');
    const service = await start({ PORT: '1234', STOP_FILE: stopFile });
    expect(service.facts).toMatchObject({ type: 'ready', port: 1234 });
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(await readFile(stopFile, 'utf8')).toBe('stopped');
  });

  it('that ends before it is ready fails the start with its own sentence', async () => {
    await expect(start({ FAIL: '1' })).rejects.toThrow(
      'The service cannot start: the moon is full. (ended with exit code 3 before it was ready)',
    );
  });

  it('that is never ready is ended', async () => {
    await expect(start({ SILENT: '1' }, { readyTimeoutMs: 500 })).rejects.toThrow('not ready after');
  });

  it('is ended while it starts when the start is cancelled', async () => {
    const abort = new AbortController();
    const starting = start({ SILENT: '1' }, { signal: abort.signal });
    abort.abort();
    await expect(starting).rejects.toThrow('cancelled');
  });

  it('is ended when its facts are not what was expected', async () => {
    let pid = 0;
    const starting = forkService({
      entry,
      parseFacts: (facts) => {
        pid = (facts as { pid: number }).pid;
        throw new Error('no port');
      },
    });
    await expect(starting).rejects.toThrow('no port');
    expect(pid).toBeGreaterThan(1);
    expect(await identify(pid)).toBeUndefined();
  });
});
