import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ServiceLog } from './service-log.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lh-log-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const text = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a log that the disk refused goes on when it takes lines again, and says that some are lost', async () => {
  // What cannot be opened stands for what cannot be written: the file's name is taken by a folder.
  const log = new ServiceLog(dir, 'api');
  await mkdir(log.file);
  log.write('refused');
  await rm(log.file, { recursive: true });
  await waitFor(async () => {
    log.write('written');
    return (await text(log.file)).includes('written');
  });
  log.close();
  expect(await text(log.file)).toMatch(/^\d+ lines or more were lost/);
  expect(await text(log.file)).not.toContain('refused');
});

test('a log over its bound is put aside while it is written', async () => {
  const log = new ServiceLog(dir, 'api', 100);
  log.write('a'.repeat(120));
  await waitFor(async () => (await text(log.file)).length > 100);
  log.write('b');
  await waitFor(async () => (await text(log.file)) === 'b\n');
  log.close();
  expect(await text(`${log.file}.1`)).toBe(`${'a'.repeat(120)}\n`);
});
