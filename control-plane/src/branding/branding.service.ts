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
import { AssetsRepository } from './assets.repository.js';
import { BrandingObjects, publishLock, type BrandingPlace } from './branding-objects.js';
import { BrandingRepository, type BrandingRecord, type StoredBranding } from './branding.repository.js';
import { brandingBody, type BrandingSpec, type BrandingView } from './branding.schema.js';
import { requireReadable } from './color-rules.js';
import { requireKnownAssets } from './known-assets.js';
import { publishedBranding } from './published-branding.js';
import { RevisionsRepository, type RevisionOrigin } from './revisions.repository.js';

/** Longer than any upload of a small object takes. */
const publishWaitMs = 20_000;

/** How a revision comes about, for the audit and the history. */
export interface RevisionCause {
  readonly action: 'branding.update' | 'branding.draft.publish' | 'branding.restore';
  readonly origin: RevisionOrigin;
  readonly restoredFrom?: number;
}

/** What a client's pages look like: kept here, published to the cell's object store, read there by the workload. */
@Injectable()
export class BrandingService {
  readonly #repository = new BrandingRepository();
  readonly #revisions = new RevisionsRepository();
  readonly #assets = new AssetsRepository();
  readonly #objects: BrandingObjects;
  readonly #locks: SessionLocks;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    cells: CellsService,
    @Inject(TARGETS) targets: Targets,
    @Inject(DATABASES) databases: Databases,
  ) {
    this.#objects = new BrandingObjects(cells, targets);
    this.#locks = new SessionLocks(databases.platform);
  }

  /**
   * The first branding of a tenant; what is left out is the platform's own look.
   * @throws AppError `contrast_too_low`, `unknown_asset`
   */
  async create(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    wanted: BrandingSpec | undefined,
    tenantName: string,
  ): Promise<void> {
    const spec = named(wanted ?? brandingBody.parse({}), tenantName);
    requireReadable(spec.colors, '/branding');
    await requireKnownAssets(tx, tenantId, spec, '/branding');
    await this.#repository.insert(tx, tenantId, spec);
    await this.#revisions.insert(tx, tenantId, {
      revision: 1,
      spec,
      actor: ctx.actor.id,
      origin: 'created',
      restoredFrom: null,
    });
  }

  async get(ctx: Ctx, tenantId: string): Promise<{ view: BrandingView; etag: string }> {
    const record = await this.uow.run(ctx, (tx) => this.current(tx, tenantId));
    return { view: show(record), etag: revisionTag(record.revision) };
  }

  /**
   * Stores a new revision; the publisher puts it live right after the commit.
   * @throws AppError `etag_mismatch`, `contrast_too_low`, `unknown_asset`
   */
  async replace(
    ctx: Ctx,
    tx: Tx,
    tenant: { readonly id: string; readonly displayName: string },
    wanted: BrandingSpec,
    ifMatch: string,
  ): Promise<{ view: BrandingView; etag: string }> {
    const before = await this.locked(tx, tenant.id);
    requireMatch(ifMatch, revisionTag(before.revision));
    const cause = { action: 'branding.update', origin: 'changed' } as const;
    return this.change(ctx, tx, tenant.id, before, named(wanted, tenant.displayName), cause);
  }

  async current(tx: Tx, tenantId: string): Promise<BrandingRecord> {
    return required(await this.#repository.find(tx, tenantId), tenantId);
  }

  /** The live revision; nobody else changes it until the transaction ends. */
  async locked(tx: Tx, tenantId: string): Promise<BrandingRecord> {
    return required(await this.#repository.find(tx, tenantId, 'lock'), tenantId);
  }

  /** Makes a new live revision of whatever origin. @throws AppError `contrast_too_low`, `unknown_asset` */
  async change(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    before: BrandingRecord,
    spec: StoredBranding,
    cause: RevisionCause,
  ): Promise<{ view: BrandingView; etag: string }> {
    requireReadable(spec.colors);
    await requireKnownAssets(tx, tenantId, spec);
    return this.#store(ctx, tx, tenantId, before, spec, cause);
  }

  /** A tenant got another name: a branding that bears the old one follows; a name of its own stays. */
  async rename(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    { from, to }: { readonly from: string; readonly to: string },
  ): Promise<void> {
    const before = await this.locked(tx, tenantId);
    if (before.spec.displayName !== from) return;
    const cause = { action: 'branding.update', origin: 'changed' } as const;
    await this.#store(ctx, tx, tenantId, before, { ...before.spec, displayName: to }, cause);
  }

  async #store(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    before: BrandingRecord,
    spec: StoredBranding,
    { action, origin, restoredFrom }: RevisionCause,
  ): Promise<{ view: BrandingView; etag: string }> {
    const after = required(await this.#repository.replace(tx, tenantId, spec), tenantId);
    const { revision } = after;
    const actor = ctx.actor.id;
    await this.#revisions.insert(tx, tenantId, {
      revision,
      spec,
      actor,
      origin,
      restoredFrom: restoredFrom ?? null,
    });
    await this.#assets.prune(tx, tenantId);
    await this.audit.record(ctx, tx, {
      action,
      subject: tenantId,
      tenantId,
      before: before.spec,
      after: after.spec,
      detail: { revision, ...(restoredFrom !== undefined && { restoredFrom }) },
    });
    await this.outbox.add(tx, { type: 'branding.updated', tenantId, data: { revision } });
    return { view: show(after), etag: revisionTag(revision) };
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
  async publish(ctx: Ctx, place: BrandingPlace): Promise<number> {
    return this.#locks.run(publishLock(place.tenantId), publishWaitMs, async (session) => {
      const { spec, revision } = await this.current(session, place.tenantId);
      const prepared = await this.#objects.prepare(session, place, spec);
      ctx.signal.throwIfAborted();
      const object = brandingObject(place.tenantId);
      await this.#objects.put(place, prepared, object, publishedBranding(spec, revision));
      await session.transaction(async (tx) => {
        if (!(await this.#repository.markPublished(tx, place.tenantId, revision))) return;
        const data = { revision };
        await this.outbox.add(tx, { type: 'branding.published', tenantId: place.tenantId, data });
      });
      return revision;
    });
  }

  /** Takes a tenant's branding out of the object store. @returns how many objects there were */
  async withdraw(ctx: Ctx, { tenantId, cell }: BrandingPlace): Promise<number> {
    const bucket = await this.uow.run(ctx, (tx) => this.#objects.bucket(tx, cell));
    return this.#objects.remove(cell, bucket, brandingFolder(tenantId));
  }

  /** Copies what else a tenant's workload reads (who may call it, its limits) into another cell. @returns how many objects */
  async carry(ctx: Ctx, { tenantId, cell }: BrandingPlace, to: string): Promise<number> {
    const [from, into] = await this.uow.run(ctx, async (tx) => [
      await this.#objects.bucket(tx, cell),
      await this.#objects.bucket(tx, to),
    ]);
    return this.#objects.copyDocuments(
      { cell, bucket: from },
      { cell: to, bucket: into },
      brandingFolder(tenantId),
    );
  }

  /** Forgets the branding of an erased tenant, when its objects are gone. */
  async forget(tx: Tx, tenantId: string): Promise<void> {
    await this.#repository.remove(tx, tenantId);
  }
}

/** With the name of the tenant, where none is given. */
export function named(spec: BrandingSpec, tenantName: string): StoredBranding {
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
