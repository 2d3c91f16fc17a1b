import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import type { BundleFile } from './bundle-file.js';

/** Writes the files as a .tar.gz that only this user can read. @throws when the file exists already. */
export async function writeBundle(path: string, files: readonly BundleFile[]): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createGzip(), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  for (const { name, text } of files) archive.entry({ name: `leasehold-support/${name}`, mode: 0o600 }, text);
  archive.finalize();
  await written;
}
