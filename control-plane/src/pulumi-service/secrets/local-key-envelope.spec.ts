import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { LocalKeyEnvelope } from './local-key-envelope.js';

const folders: string[] = [];

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'lh-envelope-'));
  folders.push(made);
  return made;
}

const keyFile = async (): Promise<string> => join(await folder(), 'secrets', 'state.key');

afterEach(async () => {
  await Promise.all(folders.splice(0).map((made) => rm(made, { recursive: true })));
});

test('the key file is made once, for its owner alone, also when many processes start at once', async () => {
  const path = await keyFile();
  const [first, ...others] = await Promise.all(Array.from({ length: 8 }, () => LocalKeyEnvelope.open(path)));
  const key = randomBytes(32);
  const sealed = await first!.seal(key, 'stack:1');
  for (const other of others) expect(await other.open(sealed, 'stack:1')).toEqual(key);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readFile(path)).toHaveLength(32);
});

test('another key file opens nothing, and says which one is needed', async () => {
  const [one, two] = await Promise.all([
    LocalKeyEnvelope.open(await keyFile()),
    LocalKeyEnvelope.open(await keyFile()),
  ]);
  const sealed = await one.seal(randomBytes(32), 'stack:1');
  await expect(two.open(sealed, 'stack:1')).rejects.toThrow(sealed.envelopeKeyId);
});

test('a damaged key file stops the start with a sentence', async () => {
  const path = join(await folder(), 'state.key');
  await writeFile(path, 'too short');
  await expect(LocalKeyEnvelope.open(path)).rejects.toThrow(/is damaged: it must hold 32 bytes/);
});
