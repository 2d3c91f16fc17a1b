import { createHash } from 'node:crypto';
import type { CellsService } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { Target, Targets } from '../targets/target.js';
import { archiveDigest, archiveLines, type StoredArchive } from './archive-reader.js';
import { archiveFolder, objectName } from './archive.js';
import { ArchivesRepository } from './archives.repository.js';
import { RowsWriter } from './rows-writer.js';

/** What a prefix has in one cell: equal rows have an equal digest. */
export interface RowsDigest {
  readonly rows: number;
  /** SHA-256 in hex over the lines of all rows in their order. */
  readonly sha256: string;
}

const objectFacts = { contentType: 'application/gzip', cacheControl: 'private, no-store' };

/** What a move does with rows and archives; each part may be repeated. */
export class MoveJobs {
  readonly #repository = new ArchivesRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly cells: Pick<CellsService, 'bucket'>,
    private readonly targets: Targets,
  ) {}

  /** Whether two cells have the same rows, so that there is nothing to copy and nothing to erase. */
  sharesRows(from: string, to: string): boolean {
    return this.targets.of(from).rowsAt === this.targets.of(to).rowsAt;
  }

  /** Makes the rows of a prefix in a cell those of an archive. @returns how many rows those are */
  async writeRows(
    ctx: Ctx,
    {
      tenantId,
      archiveId,
      prefix,
      cell,
    }: { tenantId: string; archiveId: string; prefix: string; cell: string },
    signal: AbortSignal,
    said: (rows: number) => void,
  ): Promise<number> {
    const target = this.targets.of(cell);
    const { store, stored } = await this.#stored(ctx, tenantId, archiveId);
    await target.eraseRows(prefix);
    const writer = new RowsWriter(target, prefix);
    for await (const line of archiveLines(store, stored)) {
      signal.throwIfAborted();
      if (await writer.add(line)) said(writer.rows);
    }
    await writer.flush();
    return writer.rows;
  }

  /** Reads every row of a prefix in a cell. */
  async digest(cell: string, prefix: string, signal: AbortSignal): Promise<RowsDigest> {
    const target = this.targets.of(cell);
    const hash = createHash('sha256');
    let rows = 0;
    let next: string | undefined;
    do {
      signal.throwIfAborted();
      const page = await target.readRows(prefix, next);
      hash.update(page.lines);
      for (const byte of page.lines) if (byte === 0x0a) rows++;
      next = page.next;
    } while (next !== undefined);
    return { rows, sha256: hash.digest('hex') };
  }

  /**
   * Brings a tenant's archives into another cell's bucket, one after the other; what is there is theirs from then on.
   * @returns how many are whole there, and which were lost since an object of them is damaged
   */
  async moveArchives(
    ctx: Ctx,
    { tenantId, from, to }: { tenantId: string; from: string; to: string },
    signal: AbortSignal,
  ): Promise<{ moved: number; lost: string[] }> {
    const archives = await this.uow.run(ctx, (tx) => this.#repository.inCell(tx, tenantId, from));
    const bucket = await this.uow.run(ctx, (tx) => this.cells.bucket(tx, to));
    const lost: string[] = [];
    for (const { id, state } of archives) {
      signal.throwIfAborted();
      const { store, stored } = await this.#stored(ctx, tenantId, id);
      const whole = state === 'complete' && (await isWhole(store, stored));
      if (whole) await copyObjects(store, stored, this.targets.of(to), bucket);
      else if (state === 'complete') lost.push(id);
      await this.uow.run(ctx, (tx) => this.#repository.setCell(tx, id, to, whole));
    }
    return { moved: archives.length - lost.length, lost };
  }

  async #stored(ctx: Ctx, tenantId: string, id: string): Promise<{ store: Target; stored: StoredArchive }> {
    return this.uow.run(ctx, async (tx) => {
      const cell = await this.#repository.cellOf(tx, id);
      const bucket = await this.cells.bucket(tx, cell);
      const objects = await this.#repository.objects(tx, id);
      return { store: this.targets.of(cell), stored: { id, tenantId, bucket, objects } };
    });
  }

  /** Takes every archive object of a tenant out of a cell. @returns how many those were */
  async eraseObjects(ctx: Ctx, tenantId: string, cell: string): Promise<number> {
    const bucket = await this.uow.run(ctx, (tx) => this.cells.bucket(tx, cell));
    return this.targets.of(cell).deleteObjects(bucket, archiveFolder(tenantId));
  }
}

async function isWhole(store: Target, stored: StoredArchive): Promise<boolean> {
  try {
    await archiveDigest(store, stored);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'archive_damaged') return false;
    throw error;
  }
}

async function copyObjects(
  store: Target,
  stored: StoredArchive,
  into: Target,
  bucket: string,
): Promise<void> {
  for (const { number } of stored.objects) {
    const name = objectName(stored.tenantId, stored.id, number);
    const body = await store.getObject(stored.bucket, name);
    if (body) await into.putObject(bucket, name, body, objectFacts);
  }
}
