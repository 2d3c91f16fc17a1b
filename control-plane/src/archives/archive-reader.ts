import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '../platform/app-error.js';
import type { Target } from '../targets/target.js';
import { objectName, type ArchiveObject } from './archive.js';

export interface StoredArchive {
  readonly id: string;
  readonly tenantId: string;
  readonly bucket: string;
  readonly objects: readonly ArchiveObject[];
}

/** A range of an archive's bytes, both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The bytes of an archive, or of a range of it, each object checked against its digest.
 * @throws AppError `archive_damaged` when an object is missing or is not what was written.
 */
export async function* archiveBytes(
  target: Target,
  archive: StoredArchive,
  range?: ByteRange,
): AsyncGenerator<Buffer> {
  let begins = 0;
  for (const object of archive.objects) {
    const ends = begins + object.bytes - 1;
    if (!range || (begins <= range.last && ends >= range.first)) {
      const body = await readObject(target, archive, object);
      const from = range ? Math.max(0, range.first - begins) : 0;
      const to = range ? Math.min(object.bytes, range.last - begins + 1) : object.bytes;
      yield body.subarray(from, to);
    }
    begins = ends + 1;
  }
}

/** Reads the whole archive once. @returns its SHA-256 in hex */
export async function archiveDigest(target: Target, archive: StoredArchive): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of archiveBytes(target, archive)) hash.update(part);
  return hash.digest('hex');
}

/** The rows of an archive as lines, without its header. */
export async function* archiveLines(target: Target, archive: StoredArchive): AsyncGenerator<string> {
  const source = Readable.from(archiveBytes(target, archive), { objectMode: false });
  const plain = createGunzip();
  source.on('error', (error) => plain.destroy(error));
  const lines = createInterface({ input: source.pipe(plain), crlfDelay: Infinity });
  let header = true;
  try {
    for await (const line of lines) {
      if (!header) yield line;
      header = false;
    }
    if (plain.errored) throw plain.errored;
  } finally {
    lines.close();
    source.destroy();
    plain.destroy();
  }
}

async function readObject(
  target: Target,
  { id, tenantId, bucket }: StoredArchive,
  object: ArchiveObject,
): Promise<Buffer> {
  const name = objectName(tenantId, id, object.number);
  const body = await target.getObject(bucket, name);
  if (body && createHash('sha256').update(body).digest('hex') === object.sha256) return body;
  throw new AppError('conflict', 'archive_damaged', {
    publicMessage: `The archive ${id} cannot be used: its object ${name} is ${body ? 'not what was written' : 'missing'}. Take another archive.`,
    resource: id,
    logLevel: 'error',
  });
}
