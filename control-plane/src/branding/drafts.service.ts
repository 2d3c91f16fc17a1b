import { Injectable } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { AppError } from '../platform/app-error.js';
import { requireMatch } from '../platform/http/etag.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import type { StoredBranding } from './branding.repository.js';
import type { BrandingSpec, BrandingView, DraftView } from './branding.schema.js';
import { BrandingService, named } from './branding.service.js';
import { requireReadable } from './color-rules.js';
import { DraftsRepository, type DraftRecord } from './drafts.repository.js';
import { requireKnownAssets } from './known-assets.js';

/** A draft that is worked on, or what stands for it: the live branding, on which one would begin. */
interface WorkingDraft {
  readonly spec: StoredBranding;
  readonly saved: boolean;
  readonly basedOn: number;
  readonly updatedAt: Date;
  readonly etag: string;
}

interface Subject {
  readonly id: string;
  readonly displayName: string;
}

/** The branding that a tenant works on before anybody sees it: one draft a tenant. */
@Injectable()
export class DraftsService {
  readonly #drafts = new DraftsRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly branding: BrandingService,
    private readonly audit: AuditService,
  ) {}

  async get(ctx: Ctx, tenantId: string): Promise<{ view: DraftView; etag: string }> {
    return this.uow.run(ctx, async (tx) => {
      const draft = await this.#working(tx, tenantId, await this.branding.current(tx, tenantId));
      return { view: show(draft), etag: draft.etag };
    });
  }

  /** @throws AppError `etag_mismatch`, `contrast_too_low`, `unknown_asset` */
  async replace(
    ctx: Ctx,
    tx: Tx,
    tenant: Subject,
    wanted: BrandingSpec,
    ifMatch: string,
  ): Promise<{ view: DraftView; etag: string }> {
    const live = await this.branding.locked(tx, tenant.id);
    const before = await this.#working(tx, tenant.id, live);
    requireMatch(ifMatch, before.etag);
    const spec = named(wanted, tenant.displayName);
    requireReadable(spec.colors);
    await requireKnownAssets(tx, tenant.id, spec);
    return this.#save(ctx, tx, tenant.id, before, spec, live.revision);
  }

  /** Puts a picture into the draft; a new draft begins with what is live. */
  async setPicture(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    slot: 'logo' | 'favicon',
    name: string,
  ): Promise<void> {
    const live = await this.branding.locked(tx, tenantId);
    const before = await this.#working(tx, tenantId, live);
    await this.#save(ctx, tx, tenantId, before, { ...before.spec, [slot]: name }, before.basedOn);
  }

  async discard(ctx: Ctx, tx: Tx, tenantId: string, ifMatch: string): Promise<void> {
    const before = await this.#working(tx, tenantId, await this.branding.locked(tx, tenantId));
    requireMatch(ifMatch, before.etag);
    await this.#drafts.discard(tx, tenantId);
    await this.audit.record(ctx, tx, { action: 'branding.draft.discard', subject: tenantId, tenantId });
  }

  /**
   * Makes the draft the live branding.
   * @throws AppError `no_draft`, `draft_outdated` when the live branding has changed since the draft was begun
   */
  async publish(ctx: Ctx, tx: Tx, tenantId: string): Promise<{ view: BrandingView; etag: string }> {
    const live = await this.branding.locked(tx, tenantId);
    const { spec, basedOn } = await this.requireSaved(tx, tenantId);
    if (basedOn !== live.revision) {
      throw new AppError('conflict', 'draft_outdated', {
        publicMessage: `The draft was begun on revision ${basedOn}, and ${live.revision} is live now. Look at both, save the draft again, and publish it then.`,
      });
    }
    await this.#drafts.discard(tx, tenantId);
    const cause = { action: 'branding.draft.publish', origin: 'draft' } as const;
    return this.branding.change(ctx, tx, tenantId, live, spec, cause);
  }

  /** @throws AppError `no_draft` */
  async requireSaved(tx: Tx, tenantId: string): Promise<DraftRecord & { readonly spec: StoredBranding }> {
    const draft = await this.#drafts.find(tx, tenantId);
    if (draft?.spec) return { ...draft, spec: draft.spec };
    throw new AppError('conflict', 'no_draft', {
      publicMessage: `There is no draft; begin one with PUT /v1/tenants/${tenantId}/branding/draft.`,
    });
  }

  async #working(
    tx: Tx,
    tenantId: string,
    live: { readonly revision: number; readonly spec: StoredBranding; readonly updatedAt: Date },
  ): Promise<WorkingDraft> {
    const draft = await this.#drafts.find(tx, tenantId);
    if (draft?.spec) return { ...draft, spec: draft.spec, saved: true, etag: draftTag(draft.version) };
    return {
      spec: live.spec,
      saved: false,
      basedOn: live.revision,
      updatedAt: live.updatedAt,
      etag: `"draft-${draft?.version ?? 0}-of-${live.revision}"`,
    };
  }

  async #save(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    before: WorkingDraft,
    spec: StoredBranding,
    basedOn: number,
  ): Promise<{ view: DraftView; etag: string }> {
    const saved = await this.#drafts.save(tx, tenantId, spec, basedOn);
    await this.audit.record(ctx, tx, {
      action: 'branding.draft.save',
      subject: tenantId,
      tenantId,
      before: before.spec,
      after: spec,
    });
    return { view: show({ ...saved, spec, saved: true }), etag: draftTag(saved.version) };
  }
}

function draftTag(version: number): string {
  return `"draft-${version}"`;
}

function show({ spec, saved, basedOn, updatedAt }: Omit<WorkingDraft, 'etag'>): DraftView {
  return { ...spec, saved, basedOn, updatedAt: updatedAt.toISOString() };
}
