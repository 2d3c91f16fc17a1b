import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureCheckers } from '@leasehold/toolchain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

let hadolint: string;
let folder: string;
beforeAll(async () => {
  ({ hadolint } = await ensureCheckers());
  folder = await mkdtemp(join(tmpdir(), 'lh-dockerfiles-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('hadolint', () => {
  const files = ['Dockerfile', ...globSync('tenant-templates/*/Dockerfile', { cwd: repository })];

  it.each(files)('finds nothing wrong with %s', async (file) => {
    expect((await run(hadolint, ['--no-color', file], { cwd: repository })).stdout).toBe('');
  });

  it('would find what is wrong', async () => {
    const file = join(folder, 'Dockerfile');
    await writeFile(file, 'FROM debian\nRUN cd /tmp && sudo ls\n');
    await expect(run(hadolint, ['--no-color', file])).rejects.toMatchObject({
      stdout: expect.stringMatching(/DL3006[^]*DL3004/) as unknown,
    });
  });
});
