import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GenerationMismatchError, ObjectFiles } from './object-files.js';
import { fileOf } from './object-name.js';

let root: string;
let files: ObjectFiles;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lh-objects-'));
  files = new ObjectFiles(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const facts = { contentType: 'text/plain' };

describe('An object', () => {
  it('of any name and bytes is what was written, and stays in its bucket', async () => {
    const name = fc
      .string({ minLength: 1, maxLength: 40, unit: 'binary' })
      .filter((text) => !/[\r\n\0]/.test(text));
    await fc.assert(
      fc.asyncProperty(name, fc.uint8Array({ maxLength: 200 }), async (objectName, bytes) => {
        await files.put('bucket', objectName, Buffer.from(bytes), facts);
        const object = await new ObjectFiles(root).get('bucket', objectName);
        expect(object?.meta.name).toBe(objectName);
        expect(object?.body.equals(Buffer.from(bytes))).toBe(true);
        expect(fileOf(objectName)).toMatch(/^[0-9a-f]{64}\.object$/);
      }),
      { numRuns: 50 },
    );
    expect(await readdir(root)).toEqual(['bucket']);
  });

  it('has a higher generation with each write, and can be written on condition of it', async () => {
    const first = await files.put('bucket', 'a', Buffer.from('1'), { ...facts, ifGenerationMatch: 0 });
    await expect(
      files.put('bucket', 'a', Buffer.from('2'), { ...facts, ifGenerationMatch: 0 }),
    ).rejects.toThrow(GenerationMismatchError);
    const second = await files.put('bucket', 'a', Buffer.from('2'), {
      ...facts,
      ifGenerationMatch: first.generation,
    });
    expect(second.generation).toBeGreaterThan(first.generation);
  });

  it('written by many at once is one of theirs as a whole', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) => Buffer.alloc(10_000, index));
    const metas = await Promise.all(bodies.map((body) => files.put('bucket', 'a', body, facts)));
    expect(new Set(metas.map(({ generation }) => generation)).size).toBe(20);
    expect((await files.get('bucket', 'a'))?.body).toEqual(bodies[19]);
  });

  it('whose write never ended is not there, and its draft goes', async () => {
    await files.put('bucket', 'a', Buffer.from('whole'), facts);
    await writeFile(join(root, 'bucket', 'x.draft'), 'ha');
    const again = new ObjectFiles(root);
    expect((await again.list('bucket', '')).map(({ name }) => name)).toEqual(['a']);
    expect(await readdir(join(root, 'bucket'))).toEqual([fileOf('a')]);
  });
});
