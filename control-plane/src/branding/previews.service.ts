import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { brandingPreviewObject } from '@leasehold/stacks';
import { AuditService } from '../audit/audit.service.js';
import { CellsService } from '../cells/cells.service.js';
import { Outbox } from '../events/outbox.js';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { TARGETS, type Targets } from '../targets/target.js';
import { BrandingObjects } from './branding-objects.js';
import { DraftsService } from './drafts.service.js';
import { PreviewsRepository, type Preview } from './previews.repository.js';
import { publishedBranding } from './published-branding.js';

/** Of one tenant at a time; a link that is not needed any more ends by itself. */
const mostLinks = 20;
const tokenBytes = 32;

/**
 * Links that show a draft on the client's own page. The link's token is kept nowhere: the draft lies in the object store
 * under its hash, which nobody can name who was not given the link, and the pod refuses it after its time.
 */
@Injectable()
export class PreviewsService {
  readonly #previews = new PreviewsRepository();
  readonly #objects: BrandingObjects;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly drafts: DraftsService,
    private readonly audit: AuditService,
    private readonly outbox: Outbox,
    cells: CellsService,
    @Inject(TARGETS) targets: Targets,
  ) {
    this.#objects = new BrandingObjects(cells, targets);
  }

  /**
   * Makes a link; the publisher puts what it shows into the object store right after the commit.
   * @throws AppError `no_draft`, `too_many_previews`
   */
  async begin(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    minutes: number,
  ): Promise<{ readonly token: string; readonly expiresAt: Date }> {
    const { spec } = await this.drafts.requireSaved(tx, tenantId);
    if ((await this.#previews.count(tx, tenantId)) >= mostLinks) {
      throw new AppError('conflict', 'too_many_previews', {
        publicMessage: `There are ${mostLinks} links to drafts already; wait until one has ended.`,
      });
    }
    const token = randomBytes(tokenBytes).toString('base64url');
    const tokenHash = createHash('sha256').update(token).digest('hex');
    const expiresAt = await this.#previews.insert(tx, { tenantId, tokenHash, spec, seconds: minutes * 60 });
    await this.audit.record(ctx, tx, {
      action: 'branding.draft.preview',
      subject: tenantId,
      tenantId,
      detail: { expiresAt: expiresAt.toISOString() },
    });
    await this.outbox.add(tx, { type: 'branding.preview_requested', tenantId });
    return { token, expiresAt };
  }

  /** Links that nobody can follow yet. */
  async unpublished(ctx: Ctx, limit: number): Promise<Preview[]> {
    return this.uow.run(ctx, (tx) => this.#previews.unpublished(tx, limit));
  }

  /** Links whose time is over. */
  async expired(ctx: Ctx, limit: number): Promise<Preview[]> {
    return this.uow.run(ctx, (tx) => this.#previews.expired(tx, limit));
  }

  /** Puts a link's draft where the pods read it. */
  async publish(ctx: Ctx, preview: Preview): Promise<void> {
    const { tenantId, tokenHash, spec, expiresAt } = preview;
    const prepared = await this.uow.run(ctx, (tx) => this.#objects.prepare(tx, preview, spec));
    ctx.signal.throwIfAborted();
    await this.#objects.put(preview, prepared, brandingPreviewObject(tenantId, tokenHash), {
      expiresAt: expiresAt.toISOString(),
      branding: publishedBranding(spec, 0),
    });
    await this.uow.run(ctx, (tx) => this.#previews.markPublished(tx, tokenHash));
  }

  /** Takes away what a link has shown. */
  async remove(ctx: Ctx, { cell, tenantId, tokenHash }: Preview): Promise<void> {
    const bucket = await this.uow.run(ctx, (tx) => this.#objects.bucket(tx, cell));
    await this.#objects.remove(cell, bucket, brandingPreviewObject(tenantId, tokenHash));
    await this.uow.run(ctx, (tx) => this.#previews.remove(tx, tokenHash));
  }
}
