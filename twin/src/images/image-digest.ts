import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ImageError } from './image-manifest.js';

/**
 * The SHA-256 of a folder's content: sorted paths, kinds, the executable bit, bytes. Times and owners do not count, so
 * the same build has the same digest anywhere.
 * @throws ImageError when the folder holds a link that leaves it, or something that is neither file, folder nor link
 */
export async function folderDigest(folder: string): Promise<string> {
  const root = await realpath(folder);
  const hash = createHash('sha256');
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) =>
    relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'),
  );
  for (const path of paths.sort(byCodePoint)) await addEntry(hash, root, path);
  return hash.digest('hex');
}

async function addEntry(hash: ReturnType<typeof createHash>, root: string, path: string): Promise<void> {
  const file = join(root, path);
  const stats = await lstat(file);
  if (stats.isDirectory()) return;
  if (stats.isSymbolicLink()) {
    const target = await readlink(file);
    assertInside(root, file, target);
    hash.update(`${JSON.stringify(['link', path, target])}\n`);
  } else if (stats.isFile()) {
    const executable = (stats.mode & 0o111) !== 0;
    hash.update(`${JSON.stringify(['file', path, executable, stats.size])}\n`);
    await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) hash.update(chunk);
    });
  } else {
    throw new ImageError(`${file} is neither a file nor a folder: an image cannot hold it`);
  }
}

/** A link out of the image would make its content depend on the machine. */
function assertInside(root: string, link: string, target: string): void {
  const end = relative(root, resolve(dirname(link), target));
  if (isAbsolute(target) || end === '..' || end.startsWith(`..${sep}`) || isAbsolute(end)) {
    throw new ImageError(`${link} is a link to ${target}, outside the image: copy the file instead`);
  }
}

const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
