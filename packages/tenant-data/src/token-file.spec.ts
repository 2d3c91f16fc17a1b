import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TokenFile } from './token-file.js';

describe("the pod's token", () => {
  let dir: string;
  let path: string;
  let now = 0;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lh-token-'));
    path = join(dir, 'token');
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  test('is the new one within a second after it was renewed', async () => {
    const file = new TokenFile(path, () => now);
    await writeFile(path, 'first\n');
    expect(await file.authorization()).toBe('Bearer first');
    await writeFile(`${path}.new`, 'second');
    await rename(`${path}.new`, path);
    now += 1000;
    expect(await file.authorization()).toBe('Bearer second');
  });

  test('that is not there is an error that names the file', async () => {
    await expect(new TokenFile(path).authorization()).rejects.toThrow(path);
  });
});
