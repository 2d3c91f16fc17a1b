import {
  chmod,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase, type TestDatabase } from '@leasehold/test-support';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTwinPool } from '../inventory/twin-pool.js';
import { ImageRecords } from './image-records.repository.js';
import { ImageStore } from './image-store.js';

let database: TestDatabase;
let pool: Pool;
let dataDir: string;
let folder: string;
let images: ImageStore;

beforeAll(async () => {
  database = await testDatabase();
  pool = createTwinPool(database.twinUrl);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lh-images-'));
  folder = join(dataDir, 'build');
  await cp(join(import.meta.dirname, '../../fixtures/sample-image'), folder, { recursive: true });
  images = new ImageStore(dataDir, new ImageRecords(pool));
});
afterEach(async () => {
  await pool.query('delete from twin.images');
  await rm(dataDir, { recursive: true, force: true });
});

const stored = () => readdir(join(dataDir, 'twin', 'images')).catch(() => []);

describe('An image', () => {
  it('is copied under the digest of its content and can be run from there', async () => {
    const { reference, digest } = await images.push(folder);
    expect(reference).toBe(`twin.local/sample@sha256:${digest}`);
    const image = await images.open(reference);
    expect(image).toEqual({
      folder: join(dataDir, 'twin', 'images', digest),
      command: ['node', 'server.mjs'],
    });
    await writeFile(join(folder, 'server.mjs'), 'changed afterwards');
    expect(await readFile(join(image.folder, 'server.mjs'), 'utf8')).not.toContain('changed');
    expect((await stat(join(image.folder, 'server.mjs'))).mode & 0o222).toBe(0);
  });

  it('pushed again, at the same time too, is the same one', async () => {
    const pushes = await Promise.all(Array.from({ length: 5 }, () => images.push(folder)));
    await utimes(join(folder, 'server.mjs'), 1, 1);
    pushes.push(await images.push(folder));
    expect(new Set(pushes.map(({ digest }) => digest)).size).toBe(1);
    expect(await stored()).toEqual([pushes[0]?.digest]);
  });

  it('has another digest when a byte, a name or the executable bit differs', async () => {
    const digests = new Set([(await images.push(folder)).digest]);
    await writeFile(join(folder, 'data'), 'a');
    digests.add((await images.push(folder)).digest);
    await writeFile(join(folder, 'data'), 'b');
    digests.add((await images.push(folder)).digest);
    await chmod(join(folder, 'data'), 0o755);
    digests.add((await images.push(folder)).digest);
    expect(digests.size).toBe(4);
  });

  it.each(['/etc/passwd', '../outside', '../../x'])('with a link to %s is refused', async (linked) => {
    await symlink(linked, join(folder, 'link'));
    await expect(images.push(folder)).rejects.toThrow('outside the image');
    expect(await stored()).toEqual([]);
  });

  it('may hold links to its own files', async () => {
    await symlink('server.mjs', join(folder, 'main.mjs'));
    const { digest } = await images.push(folder);
    expect(await readFile(join(dataDir, 'twin', 'images', digest, 'main.mjs'), 'utf8')).toContain(
      'createServer',
    );
  });

  it.each([
    ['no template.json', undefined, 'cannot be read as JSON'],
    ['broken JSON', '{', 'cannot be read as JSON'],
    ['no command', '{"name":"x","run":{"command":[]}}', 'run.command must name a program'],
    ['a name that leads elsewhere', '{"name":"../x","run":{"command":["node"]}}', 'name must be lower-case'],
  ])('with %s is refused', async (_what, content, message) => {
    await rm(join(folder, 'template.json'));
    if (content !== undefined) await writeFile(join(folder, 'template.json'), content);
    await expect(images.push(folder)).rejects.toThrow(message);
  });

  it('that was never pushed cannot be opened', async () => {
    await expect(images.open('twin.local/none@sha256:0')).rejects.toThrow("is not in the twin's registry");
  });
});
