/** The objects of the twin's buckets as files, one each: a line of JSON that describes the object, then its bytes. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileOf } from './object-name.js';

const objectMeta = z.object({
  name: z.string(),
  /** Grows with each write of the name: cloud.google.com/storage/docs/metadata#generation-number */
  generation: z.number().int(),
  size: z.number().int(),
  md5: z.string(),
  contentType: z.string(),
  cacheControl: z.string().optional(),
  updated: z.string(),
});
export type ObjectMeta = z.infer<typeof objectMeta>;
export interface StoredObject {
  meta: ObjectMeta;
  body: Buffer;
}

/** A precondition on the generation did not hold; 0 stands for no object. */
export class GenerationMismatchError extends Error {
  override readonly name = 'GenerationMismatchError';
}

const suffix = '.object';

export class ObjectFiles {
  private readonly buckets = new Map<string, Promise<Map<string, ObjectMeta>>>();
  private readonly writing = new Map<string, Promise<unknown>>();

  constructor(private readonly root: string) {}

  /** Writes an object as a whole, or not at all; it is on the disk when this resolves. */
  put(
    bucket: string,
    name: string,
    body: Buffer,
    facts: { contentType: string; cacheControl?: string | undefined; ifGenerationMatch?: number | undefined },
  ): Promise<ObjectMeta> {
    return this.inTurn(bucket, async () => {
      const held = await this.bucket(bucket);
      const before = held.get(name)?.generation ?? 0;
      if (facts.ifGenerationMatch !== undefined && facts.ifGenerationMatch !== before) {
        throw new GenerationMismatchError(`the generation is ${String(before)}`);
      }
      const meta: ObjectMeta = {
        name,
        generation: Math.max(Date.now() * 1_000, before + 1),
        size: body.length,
        md5: createHash('md5').update(body).digest('base64'),
        contentType: facts.contentType,
        ...(facts.cacheControl === undefined ? {} : { cacheControl: facts.cacheControl }),
        updated: new Date().toISOString(),
      };
      await writeWhole(join(this.root, bucket), fileOf(name), encode(meta, body));
      held.set(name, meta);
      return meta;
    });
  }

  async get(bucket: string, name: string): Promise<StoredObject | undefined> {
    if (!(await this.bucket(bucket)).has(name)) return undefined;
    // What describes the object and its bytes come from one read: a write at the same time cannot mix them.
    const file = await readFile(join(this.root, bucket, fileOf(name))).catch(() => undefined);
    return file && decode(file);
  }

  async find(bucket: string, name: string): Promise<ObjectMeta | undefined> {
    return (await this.bucket(bucket)).get(name);
  }

  /** Objects whose names begin with the prefix, by name. */
  async list(bucket: string, prefix: string): Promise<ObjectMeta[]> {
    const metas = [...(await this.bucket(bucket)).values()].filter(({ name }) => name.startsWith(prefix));
    return metas.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** False when there was no such object. */
  remove(bucket: string, name: string): Promise<boolean> {
    return this.inTurn(bucket, async () => {
      const held = await this.bucket(bucket);
      if (!held.has(name)) return false;
      await rm(join(this.root, bucket, fileOf(name)), { force: true });
      return held.delete(name);
    });
  }

  private bucket(bucket: string): Promise<Map<string, ObjectMeta>> {
    let held = this.buckets.get(bucket);
    if (held === undefined) {
      held = readBucket(join(this.root, bucket));
      held.catch(() => this.buckets.delete(bucket));
      this.buckets.set(bucket, held);
    }
    return held;
  }

  private async inTurn<T>(bucket: string, write: () => Promise<T>): Promise<T> {
    const turn = (this.writing.get(bucket) ?? Promise.resolve()).then(write);
    const settled = turn.catch(() => undefined);
    this.writing.set(bucket, settled);
    return turn;
  }
}

function encode(meta: ObjectMeta, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(meta)}\n`), body]);
}

function decode(file: Buffer): StoredObject {
  const end = file.indexOf(0x0a);
  const meta = objectMeta.parse(JSON.parse(file.subarray(0, end).toString()));
  return { meta, body: file.subarray(end + 1) };
}

async function readBucket(folder: string): Promise<Map<string, ObjectMeta>> {
  const files = await readdir(folder).catch(() => []);
  const objects = new Map<string, ObjectMeta>();
  for (const file of files) {
    const path = join(folder, file);
    if (file.endsWith(suffix)) {
      const { meta } = decode(await readFile(path));
      objects.set(meta.name, meta);
    } else {
      // A draft whose write never ended.
      await rm(path, { force: true });
    }
  }
  return objects;
}

async function writeWhole(folder: string, name: string, bytes: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `${randomUUID()}.draft`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, join(folder, name));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** A rename survives a power cut only when its folder has been written too (fsync(2)). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
