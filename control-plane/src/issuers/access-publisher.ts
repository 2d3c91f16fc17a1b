import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { EventFeed } from '../events/event-feed.js';
import { EventWokenPublisher, publishAtOnce } from '../events/event-woken-publisher.js';
import type { Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../platform/tokens.js';
import { AccessPublication } from './access-publication.js';
import { IssuerUpkeep } from './issuer-upkeep.js';

const upkeepMs = 60_000;

/** Publishes changed issuers and caller keys, and sees to the issuers' keys once a minute. */
@Injectable()
export class AccessPublisher extends EventWokenPublisher {
  #upkeepAt = 0;

  constructor(
    @Inject(AccessPublication) private readonly publication: AccessPublication,
    @Inject(IssuerUpkeep) private readonly upkeep: IssuerUpkeep,
    @Inject(EventFeed) feed: EventFeed,
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(LOGGER) log: Logger,
    @Inject(STOP_SIGNAL) stopping: AbortSignal,
  ) {
    const publishing = { name: 'access-publisher', wokenBy: ['issuer.updated'], what: 'issuers' };
    super(publishing, feed, { settings, log, stopping });
  }

  protected async publishAll(ctx: Ctx): Promise<void> {
    if (Date.now() >= this.#upkeepAt) {
      this.#upkeepAt = Date.now() + upkeepMs;
      await this.upkeep.run(ctx);
    }
    await this.each(await this.publication.unpublished(ctx, publishAtOnce), 'publish an issuer', (place) =>
      this.publication.publish(ctx, place),
    );
  }
}
