import { execFile } from 'node:child_process';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureDefinition } from '@leasehold/toolchain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** Used by this test alone, so it is no tool of the product. */
const actionlint = {
  name: 'actionlint',
  version: '1.7.12',
  purpose: 'checks the workflows',
  usualBuild: 'half a minute',
  module: {
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    dir: join(import.meta.dirname, '../modules/actionlint'),
    flags: ['-ldflags=-s -w'],
  },
};
// Whether shellcheck is on a machine must not decide whether this passes.
const options = ['-no-color', '-shellcheck=', '-pyflakes='];

let executable: string;
let folder: string;
beforeAll(async () => {
  executable = (await ensureDefinition(actionlint)).path;
  folder = await mkdtemp(join(tmpdir(), 'leasehold-workflows-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('actionlint', () => {
  it('finds nothing wrong with the workflows', async () => {
    const files = globSync('.github/workflows/*.yml', { cwd: repository });
    expect((await run(executable, [...options, ...files], { cwd: repository })).stdout).toBe('');
  });

  it('would find what is wrong', async () => {
    const file = join(folder, 'wrong.yml');
    await writeFile(file, 'on: pushh\njobs: {a: {runs-on: ubuntu-24.04, steps: [{run: "true"}]}}\n');
    await expect(run(executable, [...options, file])).rejects.toMatchObject({
      stdout: expect.stringContaining('unknown Webhook event "pushh"') as unknown,
    });
  });
});
