import { Inject, Injectable } from '@nestjs/common';
import type { Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import type { Logger } from 'pino';
import { AccessRepository, type DueJwks } from './access.repository.js';
import { IssuersService } from './issuers.service.js';
import { rotatedAfterDays } from './key-terms.js';
import { fetchKeys } from './own-issuer.js';

const fetchedEveryMinutes = 5;
const atOnce = 100;

/** What time does to issuers: keys grow old and retire, and own issuers change theirs. */
@Injectable()
export class IssuerUpkeep {
  readonly #access = new AccessRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly issuers: IssuersService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** One round over all that is due. */
  async run(ctx: Ctx): Promise<void> {
    await this.#removeRetired(ctx);
    for (const tenantId of await this.uow.run(ctx, (tx) =>
      this.#access.dueRotations(tx, rotatedAfterDays, atOnce),
    ))
      await this.uow.run(ctx, (tx) => this.issuers.rotate(ctx, tx, tenantId, false));
    const due = await this.uow.run(ctx, (tx) => this.#access.takeDueJwks(tx, fetchedEveryMinutes, atOnce));
    await Promise.all(due.map((one) => this.#fetch(ctx, one)));
  }

  async #removeRetired(ctx: Ctx): Promise<void> {
    await this.uow.run(ctx, async (tx) => {
      for (const tenantId of await this.#access.removeRetired(tx)) await this.issuers.changed(tx, tenantId);
    });
  }

  /** The last good keys stay while a client's issuer is away. */
  async #fetch(ctx: Ctx, due: DueJwks): Promise<void> {
    try {
      const keys = await fetchKeys(due.jwksUrl, this.settings.LEASEHOLD_WEBHOOK_REACH, ctx.signal);
      await this.uow.run(ctx, (tx) => this.#access.keepJwks(tx, due, keys));
    } catch (err) {
      if (ctx.signal.aborted) return;
      this.log.warn({ err, tenantId: due.tenantId }, 'the keys of an own issuer could not be fetched');
    }
  }
}
