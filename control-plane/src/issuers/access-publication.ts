import { Inject, Injectable } from '@nestjs/common';
import { accessObject } from '@leasehold/stacks';
import { CellsService } from '../cells/cells.service.js';
import { AppError } from '../platform/app-error.js';
import type { Databases } from '../platform/database.js';
import type { Ctx } from '../platform/request-context.js';
import { SessionLocks } from '../platform/session-lock.js';
import { DATABASES, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork, type Tx } from '../platform/unit-of-work.js';
import { TARGETS, type Targets } from '../targets/target.js';
import { accessDocument } from './access-document.js';
import { AccessRepository, type AccessPlace } from './access.repository.js';
import { issuerUrl } from './issuer-names.js';
import { IssuersRepository } from './issuers.repository.js';
import { IssuersService } from './issuers.service.js';

/** Longer than any upload of a small object takes. */
const publishWaitMs = 20_000;

/** Brings what pods must know of their callers to where they read it. */
@Injectable()
export class AccessPublication {
  readonly #access = new AccessRepository();
  readonly #issuers = new IssuersRepository();
  readonly #locks: SessionLocks;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly issuers: IssuersService,
    private readonly cells: CellsService,
    @Inject(TARGETS) private readonly targets: Targets,
    @Inject(DATABASES) databases: Databases,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {
    this.#locks = new SessionLocks(databases.platform);
  }

  async unpublished(ctx: Ctx, limit: number): Promise<AccessPlace[]> {
    return this.uow.run(ctx, (tx) => this.#access.unpublished(tx, limit));
  }

  /** Publishers of one tenant take turns, and each reads the newest in its turn: an older one never comes after a newer one. */
  async publish(ctx: Ctx, place: AccessPlace): Promise<void> {
    await this.#locks.run(`access ${place.tenantId}`, publishWaitMs, async (session) => {
      const bucket = await this.#bucket(session, place.cell);
      const facts = await this.#facts(session, place.tenantId);
      if (facts === undefined) return;
      ctx.signal.throwIfAborted();
      const body = Buffer.from(JSON.stringify(accessDocument(facts)));
      const options = { contentType: 'application/json', cacheControl: 'no-cache' };
      await this.targets.of(place.cell).putObject(bucket, accessObject(place.tenantId), body, options);
      await session.transaction((tx) => this.#access.markPublished(tx, place, facts.revision));
    });
  }

  async #facts(tx: Tx, tenantId: string) {
    const record = await this.#issuers.find(tx, tenantId);
    if (record === undefined) return undefined;
    const { revision, own } = record;
    const callerKeys = await this.#access.callerKeys(tx, tenantId);
    if (own !== undefined) {
      const { issuer, audience, rolesClaim, jwks } = own;
      return { revision, issuer, audience, rolesClaim, keys: jwks.keys, callerKeys };
    }
    const keys = await this.issuers.publicKeys(tx, tenantId);
    const issuer = issuerUrl(this.settings, tenantId);
    return { revision, issuer, audience: tenantId, rolesClaim: 'roles', keys, callerKeys };
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
