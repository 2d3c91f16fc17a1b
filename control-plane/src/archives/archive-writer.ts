import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Ctx } from '../platform/request-context.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { Target } from '../targets/target.js';
import { objectName, type ArchiveObject } from './archive.js';
import type { ArchivesRepository } from './archives.repository.js';

/** An object holds no more, so that it can be written in one request and read into memory. */
const objectBytes = 8 * 1024 * 1024;
const objectFacts = { contentType: 'application/gzip', cacheControl: 'private, no-store' };
const compress = promisify(gzip);

export interface ArchiveToWrite {
  readonly id: string;
  readonly tenantId: string;
  readonly prefix: string;
  readonly bucket: string;
  /** The first line of the archive. */
  readonly header: object;
}

/** Copies a tenant's rows into objects, page by page. */
export class ArchiveWriter {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly archives: ArchivesRepository,
  ) {}

  /**
   * Goes on where the archive's row says; objects of a page that was not written down are written again under the same names.
   * @param places where the rows are read, and where the objects go
   * @param said is told how many rows are out.
   */
  async write(
    ctx: Ctx,
    { rows: source, objects: target }: { readonly rows: Target; readonly objects: Target },
    archive: ArchiveToWrite,
    signal: AbortSignal,
    said: (rows: number) => void,
  ): Promise<void> {
    const { id } = archive;
    const position = await this.uow.run(ctx, async (tx) => {
      await this.archives.setState(tx, id, 'writing');
      return this.archives.position(tx, id);
    });
    if (position.state === 'complete' || (position.objects > 0 && position.next === null)) return;
    let number = position.objects;
    let next = position.next ?? undefined;
    let rows = 0;
    do {
      signal.throwIfAborted();
      const page = await source.readRows(archive.prefix, next);
      const header = number === 0 ? Buffer.from(`${JSON.stringify(archive.header)}\n`) : Buffer.alloc(0);
      const objects = await this.#put(target, archive, number, Buffer.concat([header, page.lines]));
      number += objects.length;
      next = page.next;
      const count = linesIn(page.lines);
      await this.uow.run(ctx, (tx) =>
        this.archives.addPage(tx, archive.tenantId, id, { objects, rows: count, next }),
      );
      rows += count;
      said(rows);
    } while (next !== undefined);
  }

  /** Each page is a gzip member of its own; members one behind the other are one gzip file (RFC 1952, section 2.2). */
  async #put(
    target: Target,
    archive: ArchiveToWrite,
    first: number,
    lines: Buffer,
  ): Promise<ArchiveObject[]> {
    const member = await compress(lines);
    const objects: ArchiveObject[] = [];
    for (let from = 0; from < member.length; from += objectBytes) {
      const body = member.subarray(from, from + objectBytes);
      const number = first + objects.length;
      await target.putObject(
        archive.bucket,
        objectName(archive.tenantId, archive.id, number),
        body,
        objectFacts,
      );
      objects.push({ number, bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') });
    }
    return objects;
  }
}

function linesIn(lines: Buffer): number {
  let count = 0;
  for (const byte of lines) if (byte === 0x0a) count++;
  return count;
}
