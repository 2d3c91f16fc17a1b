/**
 * The twin's image registry: folders by the digest of their content, copied once and never changed. Pods run from there.
 */
import { randomUUID } from 'node:crypto';
import { chmod, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { folderDigest } from './image-digest.js';
import { ImageError, readImageManifest } from './image-manifest.js';
import type { ImageRecords } from './image-records.repository.js';

/** The registry's host in image references. */
export const registryHost = 'twin.local';

export interface PushedImage {
  /** `twin.local/<template>@sha256:<digest>` */
  reference: string;
  digest: string;
}

/** An image as a pod needs it. */
export interface RunnableImage {
  folder: string;
  command: readonly string[];
}

export class ImageStore {
  private readonly root: string;

  constructor(
    dataDir: string,
    private readonly records: ImageRecords,
  ) {
    this.root = join(dataDir, 'twin', 'images');
  }

  /**
   * Copies a folder into the store; the same content again changes nothing.
   * @throws ImageError when it is not an image, or holds links that leave it
   */
  async push(folder: string): Promise<PushedImage> {
    const { name } = await readImageManifest(folder);
    const known = await folderDigest(folder);
    const digest = (await isFolder(join(this.root, known))) ? known : await this.copy(folder);
    const repository = `${registryHost}/${name}`;
    const reference = `${repository}@sha256:${digest}`;
    await this.records.save({ digest, repository, reference, folder: digest });
    return { reference, digest };
  }

  /** @throws ImageError when the reference was never pushed, or its folder is gone */
  async open(reference: string): Promise<RunnableImage> {
    const record = await this.records.find(reference);
    const folder = record && join(this.root, record.folder);
    if (folder === undefined || !(await isFolder(folder))) {
      throw new ImageError(`image ${reference} is not in the twin's registry: register its release again`);
    }
    const { run } = await readImageManifest(folder);
    return { folder, command: run.command };
  }

  /** The digest is taken of the copy, so what has the name is what was read. */
  private async copy(folder: string): Promise<string> {
    const draft = join(this.root, `.draft-${randomUUID()}`);
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    try {
      await cp(folder, draft, { recursive: true, verbatimSymlinks: true });
      const digest = await folderDigest(draft);
      await makeReadOnly(draft);
      await rename(draft, join(this.root, digest)).catch(async (error: unknown) => {
        // Somebody else pushed the same content meanwhile.
        if (!(await isFolder(join(this.root, digest)))) throw error;
      });
      return digest;
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
}

async function makeReadOnly(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const { mode } = await stat(file);
    await chmod(file, mode & 0o555);
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
