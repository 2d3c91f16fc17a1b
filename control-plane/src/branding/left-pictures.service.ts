import { Inject, Injectable } from '@nestjs/common';
import { brandingAssetObject } from '@leasehold/stacks';
import { CellsService } from '../cells/cells.service.js';
import type { Databases } from '../platform/database.js';
import type { Ctx } from '../platform/request-context.js';
import { SessionLocks } from '../platform/session-lock.js';
import { DATABASES } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TARGETS, type Targets } from '../targets/target.js';
import { AssetsRepository } from './assets.repository.js';
import { BrandingObjects, publishLock } from './branding-objects.js';
import { LeftPicturesRepository, type LeftPicture } from './left-pictures.repository.js';

/** Pods, browsers and the edge's cache may still ask for a picture that a page of theirs names. */
const graceHours = 24;
const lockWaitMs = 20_000;

/** Pictures in the object store that no branding shows any more: taken away a day later. */
@Injectable()
export class LeftPicturesService {
  readonly #pictures = new LeftPicturesRepository();
  readonly #assets = new AssetsRepository();
  readonly #objects: BrandingObjects;
  readonly #locks: SessionLocks;

  constructor(
    private readonly uow: UnitOfWork,
    cells: CellsService,
    @Inject(TARGETS) targets: Targets,
    @Inject(DATABASES) databases: Databases,
  ) {
    this.#objects = new BrandingObjects(cells, targets);
    this.#locks = new SessionLocks(databases.platform);
  }

  async due(ctx: Ctx, limit: number): Promise<LeftPicture[]> {
    return this.uow.run(ctx, (tx) => this.#pictures.due(tx, graceHours, limit));
  }

  /** Takes a picture away, in turn with those who publish; one that was uploaded again meanwhile stays. */
  async remove(ctx: Ctx, picture: LeftPicture): Promise<void> {
    const { tenantId, cell, name } = picture;
    await this.#locks.run(publishLock(tenantId), lockWaitMs, async (session) => {
      const bucket = await this.#objects.bucket(session, cell);
      ctx.signal.throwIfAborted();
      const again = await this.#assets.known(session, tenantId, [name]);
      if (!again.has(name)) await this.#objects.remove(cell, bucket, brandingAssetObject(tenantId, name));
      await this.#pictures.remove(session, picture);
    });
  }
}
