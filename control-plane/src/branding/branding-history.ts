import { Injectable } from '@nestjs/common';
import { AppError } from '../platform/app-error.js';
import { mapPage, type ListRequest } from '../platform/lists/list.js';
import type { Page } from '../platform/lists/page.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import type { BrandingView, RevisionView } from './branding.schema.js';
import { BrandingService } from './branding.service.js';
import { RevisionsRepository, type RevisionRecord } from './revisions.repository.js';

/** Earlier revisions of a tenant's branding: the last hundred, and the way back to one. */
@Injectable()
export class BrandingHistory {
  readonly #revisions = new RevisionsRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly branding: BrandingService,
  ) {}

  async list(ctx: Ctx, tenantId: string, request: ListRequest): Promise<Page<RevisionView>> {
    return mapPage(await this.uow.run(ctx, (tx) => this.#revisions.page(tx, tenantId, request)), show);
  }

  /** Makes a new revision of an earlier one; what is live now stays in the history. @throws AppError `revision_not_found` */
  async restore(
    ctx: Ctx,
    tx: Tx,
    tenantId: string,
    revision: number,
  ): Promise<{ view: BrandingView; etag: string }> {
    const before = await this.branding.locked(tx, tenantId);
    const found = await this.#revisions.find(tx, tenantId, revision);
    if (!found) throw revisionNotFound(String(revision));
    const cause = { action: 'branding.restore', origin: 'restored', restoredFrom: revision } as const;
    return this.branding.change(ctx, tx, tenantId, before, found.spec, cause);
  }
}

function show({ spec, createdAt, ...rest }: RevisionRecord): RevisionView {
  return { ...spec, ...rest, createdAt: createdAt.toISOString() };
}

export function revisionNotFound(revision: string): AppError {
  return new AppError('not_found', 'revision_not_found', {
    publicMessage: `There is no revision ${revision} of this branding; its list of revisions has the last hundred.`,
  });
}
