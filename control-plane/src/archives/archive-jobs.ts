import { Inject, Injectable } from '@nestjs/common';
import type { TemplateManifest } from '@leasehold/template-manifest';
import { CellsService } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { TARGETS, type Target, type Targets } from '../targets/target.js';
import { archiveDigest, archiveLines, type StoredArchive } from './archive-reader.js';
import { ArchiveWriter } from './archive-writer.js';
import { ArchivesRepository } from './archives.repository.js';
import { archiveFolder } from './archive.js';
import { GreaterKept } from './keep-greater.js';
import { keptColumns } from './kept-columns.js';
import { RowsWriter } from './rows-writer.js';

/** The tenant whose rows are copied. */
export interface ArchivedTenant {
  readonly id: string;
  readonly slug: string;
  readonly template: string;
  readonly release: string;
  readonly cell: string;
  /** Null before it has one. */
  readonly rowKeyPrefix: string | null;
}

/** What the operations on archives do; each part may be repeated. */
@Injectable()
export class ArchiveJobs {
  readonly #repository = new ArchivesRepository();
  readonly #writer: ArchiveWriter;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly cells: CellsService,
    @Inject(TARGETS) private readonly targets: Targets,
  ) {
    this.#writer = new ArchiveWriter(uow, this.#repository);
  }

  async copyOut(
    ctx: Ctx,
    tenant: ArchivedTenant,
    id: string,
    signal: AbortSignal,
    said: (rows: number) => void,
  ): Promise<void> {
    const { bucket, target } = await this.#cellOf(ctx, id);
    const { slug, template, release } = tenant;
    const header = { format: 'leasehold-rows/1', archive: id, tenant: slug, template, release };
    const archive = { id, tenantId: tenant.id, prefix: prefixOf(tenant), bucket, header };
    const places = { rows: this.targets.of(tenant.cell), objects: target };
    await this.#writer.write(ctx, places, archive, signal, said);
  }

  /** Reads the archive back from its bucket, and only then calls it complete. */
  async seal(
    ctx: Ctx,
    tenant: ArchivedTenant,
    id: string,
  ): Promise<{ sha256: string; rows: number; bytes: number }> {
    const { target, stored } = await this.#stored(ctx, tenant, id);
    const sha256 = await archiveDigest(target, stored);
    return this.uow.run(ctx, async (tx) => {
      await this.#repository.complete(tx, id, sha256);
      const archive = await this.#repository.find(tx, tenant.id, id);
      return { sha256, rows: archive?.rows ?? 0, bytes: archive?.bytes ?? 0 };
    });
  }

  /** Reads an archive to its end. @throws AppError `archive_damaged` */
  async check(ctx: Ctx, tenant: ArchivedTenant, id: string): Promise<void> {
    const { target, stored } = await this.#stored(ctx, tenant, id);
    await archiveDigest(target, stored);
  }

  /** Takes an archive away with its objects, as if it had never been written. */
  async discard(
    ctx: Ctx,
    { id, tenantId }: { readonly id: string; readonly tenantId: string },
  ): Promise<number> {
    const { bucket, target } = await this.#cellOf(ctx, id);
    return target.deleteObjects(bucket, archiveFolder(tenantId, id));
  }

  /** Forgets an archive that was discarded. */
  async forgetOne(tx: Tx, id: string): Promise<void> {
    await this.#repository.forget(tx, id);
  }

  async fail(tx: Tx, id: string): Promise<void> {
    await this.#repository.setState(tx, id, 'failed');
  }

  /**
   * Replaces the tenant's rows by an archive's, and keeps the greater number where the template counts.
   * @returns how many rows there are then, and in how many of them a number of the present was compared.
   */
  async writeBack(
    ctx: Ctx,
    tenant: ArchivedTenant,
    { archiveId, safeguardId }: { readonly archiveId: string; readonly safeguardId: string },
    manifest: Pick<TemplateManifest, 'dataClasses'>,
    signal: AbortSignal,
    said: (rows: number) => void,
  ): Promise<{ rows: number; kept: number }> {
    const { target: store, stored } = await this.#stored(ctx, tenant, archiveId);
    const target = this.targets.of(tenant.cell);
    const { target: put, stored: safeguard } = await this.#stored(ctx, tenant, safeguardId);
    const columns = keptColumns(manifest.dataClasses);
    const kept = new GreaterKept(columns, () => archiveLines(put, safeguard));
    const prefix = prefixOf(tenant);
    // Nothing is taken away before all of what replaces it has been read once.
    await archiveDigest(store, stored);
    await target.eraseRows(prefix);
    const writer = new RowsWriter(target, prefix);
    const archived = archiveLines(store, stored);
    for await (const line of columns.length === 0 ? archived : kept.over(archived)) {
      signal.throwIfAborted();
      if (await writer.add(line)) said(writer.rows);
    }
    await writer.flush();
    return { rows: writer.rows, kept: kept.compared };
  }

  /** @throws AppError `rows_differ` when there are not exactly so many rows. */
  async requireRows(tenant: ArchivedTenant, expected: number, signal: AbortSignal): Promise<void> {
    const target = this.targets.of(tenant.cell);
    let rows = 0;
    let next: string | undefined;
    do {
      signal.throwIfAborted();
      const page = await target.readRows(prefixOf(tenant), next);
      for (const byte of page.lines) if (byte === 0x0a) rows++;
      next = page.next;
    } while (next !== undefined);
    if (rows === expected) return;
    throw new AppError('unavailable', 'rows_differ', {
      publicMessage: `The tenant has ${rows} rows after the restore and not ${expected}: something wrote meanwhile. Restore again.`,
      resource: tenant.id,
      logLevel: 'error',
    });
  }

  /** Removes every archive of a tenant, for its erasure. @returns how many objects those were */
  async eraseObjects(ctx: Ctx, tenant: ArchivedTenant): Promise<number> {
    const { bucket, target } = await this.#cell(ctx, tenant.cell);
    return target.deleteObjects(bucket, archiveFolder(tenant.id));
  }

  async forget(tx: Tx, tenantId: string): Promise<void> {
    await this.#repository.removeAll(tx, tenantId);
  }

  async #stored(
    ctx: Ctx,
    tenant: ArchivedTenant,
    id: string,
  ): Promise<{ target: Target; stored: StoredArchive }> {
    const { bucket, target } = await this.#cellOf(ctx, id);
    const objects = await this.uow.run(ctx, (tx) => this.#repository.objects(tx, id));
    return { target, stored: { id, tenantId: tenant.id, bucket, objects } };
  }

  /** The cell that has an archive's objects. */
  async #cellOf(ctx: Ctx, id: string): Promise<{ bucket: string; target: Target }> {
    return this.#cell(ctx, await this.uow.run(ctx, (tx) => this.#repository.cellOf(tx, id)));
  }

  async #cell(ctx: Ctx, name: string): Promise<{ bucket: string; target: Target }> {
    const bucket = await this.uow.run(ctx, (tx) => this.cells.bucket(tx, name));
    return { bucket, target: this.targets.of(name) };
  }
}

function prefixOf({ rowKeyPrefix, slug }: ArchivedTenant): string {
  if (rowKeyPrefix !== null) return rowKeyPrefix;
  throw new AppError('conflict', 'no_rows', {
    publicMessage: `The tenant "${slug}" has no rows: no prefix was reserved for it.`,
  });
}
