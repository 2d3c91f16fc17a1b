import { Inject, Injectable } from '@nestjs/common';
import { brandingFolder, brandingObject } from '@leasehold/stacks';
import { AuditService } from '../audit/audit.service.js';
import { CellsService } from '../cells/cells.service.js';
import { Outbox } from '../events/outbox.js';
import { AppError } from '../platform/app-error.js';
import type { Databases } from '../platform/database.js';
import { requireMatch, revisionTag } from '../platform/http/etag.js';
import type { Ctx } from '../platform/request-context.js';
import { SessionLocks } from '../platform/session-lock.js';
import { DATABASES } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { TARGETS, type Targets } from '../targets/target.js';
import { BrandingRepository, type BrandingRecord, type StoredBranding } from './branding.repository.js';
import { brandingBody, type BrandingSpec, type BrandingView } from './branding.schema.js';

/** Longer than any upload of a small object takes. */
const publishWaitMs = 20_000;

/** What a client's pages look like: kept here, published to the cell's object store, read there by the workload. */
@Injectable()
export class BrandingService {
  readonly #repository = new BrandingRepository();
  readonly #locks: SessionLocks;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    private readonly cells: CellsService,
    @Inject(TARGETS) private readonly targets: Targets,
    @Inject(DATABASES) databases: Databases,
  ) {
    this.#locks = new SessionLocks(databases.platform);
  }

  /** The first branding of a tenant; what is left out is the platform's own look. */
  async create(
    tx: Tx,
    tenantId: string,
    wanted: BrandingSpec | undefined,
    tenantName: string,
  ): Promise<void> {
    await this.#repository.insert(tx, tenantId, named(wanted ?? brandingBody.parse({}), tenantName));
  }

  async get(ctx: Ctx, tenantId: string): Promise<{ view: BrandingView; etag: string }> {
    const record = required(await this.uow.run(ctx, (tx) => this.#repository.find(tx, tenantId)), tenantId);
    return { view: show(record), etag: revisionTag(record.revision) };
  }

  /** Stores a new revision; the publisher puts it live right after the commit. */
  async replace(
    ctx: Ctx,
    tx: Tx,
    tenant: { readonly id: string; readonly displayName: string },
    wanted: BrandingSpec,
    ifMatch: string,
  ): Promise<{ view: BrandingView; etag: string }> {
    const before = required(await this.#repository.find(tx, tenant.id, 'lock'), tenant.id);
    requireMatch(ifMatch, revisionTag(before.revision));
    const after = required(
      await this.#repository.replace(tx, tenant.id, named(wanted, tenant.displayName)),
      tenant.id,
    );
    await this.audit.record(ctx, tx, {
      action: 'branding.update',
      subject: tenant.id,
      tenantId: tenant.id,
      before: before.spec,
      after: after.spec,
      detail: { revision: after.revision },
    });
    await this.outbox.add(tx, {
      type: 'branding.updated',
      tenantId: tenant.id,
      data: { revision: after.revision },
    });
    return { view: show(after), etag: revisionTag(after.revision) };
  }

  /** Tenants whose pages are live and show an older revision than the newest. */
  async unpublished(ctx: Ctx, limit: number): Promise<{ tenantId: string; cell: string }[]> {
    return this.uow.run(ctx, (tx) => this.#repository.unpublished(tx, limit));
  }

  /**
   * Puts the newest revision into the cell's object store. Publishers of one tenant take turns, and each reads the newest
   * revision in its turn: an older one never comes after a newer one.
   * @returns the revision that is live now
   */
  async publish(ctx: Ctx, place: { readonly tenantId: string; readonly cell: string }): Promise<number> {
    return this.#locks.run(`branding ${place.tenantId}`, publishWaitMs, async (session) => {
      const record = required(await this.#repository.find(session, place.tenantId), place.tenantId);
      const bucket = await this.#bucket(session, place.cell);
      ctx.signal.throwIfAborted();
      const body = Buffer.from(JSON.stringify({ revision: record.revision, ...record.spec }));
      await this.targets.of(place.cell).putObject(bucket, brandingObject(place.tenantId), body, {
        contentType: 'application/json',
        cacheControl: 'no-cache',
      });
      await session.transaction(async (tx) => {
        if (!(await this.#repository.markPublished(tx, place.tenantId, record.revision))) return;
        const data = { revision: record.revision };
        await this.outbox.add(tx, { type: 'branding.published', tenantId: place.tenantId, data });
      });
      return record.revision;
    });
  }

  /** Takes a tenant's branding out of the object store. @returns how many objects there were */
  async withdraw(ctx: Ctx, place: { readonly tenantId: string; readonly cell: string }): Promise<number> {
    const bucket = await this.uow.run(ctx, (tx) => this.#bucket(tx, place.cell));
    return this.targets.of(place.cell).deleteObjects(bucket, brandingFolder(place.tenantId));
  }

  /** Forgets the branding of an erased tenant, when its objects are gone. */
  async forget(tx: Tx, tenantId: string): Promise<void> {
    await this.#repository.remove(tx, tenantId);
  }

  async #bucket(tx: Tx, cell: string): Promise<string> {
    const { bucket } = (await this.cells.require(tx, cell)).outputs;
    if (typeof bucket === 'string') return bucket;
    throw new AppError('unavailable', 'cell_not_ready', {
      publicMessage: `The cell ${cell} has no bucket yet.`,
      retryable: true,
      retryAfterSeconds: 5,
    });
  }
}

function named(spec: BrandingSpec, tenantName: string): StoredBranding {
  return { ...spec, displayName: spec.displayName ?? tenantName };
}

function show({ spec, revision, publishedRevision, updatedAt }: BrandingRecord): BrandingView {
  return { ...spec, revision, publishedRevision, updatedAt: updatedAt.toISOString() };
}

function required(record: BrandingRecord | undefined, tenantId: string): BrandingRecord {
  if (record) return record;
  throw new AppError('not_found', 'branding_not_found', {
    publicMessage: `The tenant ${tenantId} has no branding.`,
  });
}
