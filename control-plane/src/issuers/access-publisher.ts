import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { EventFeed } from '../events/event-feed.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../platform/tokens.js';
import { AccessPublication } from './access-publication.js';
import { IssuerUpkeep } from './issuer-upkeep.js';

const retryMs = 2_000;
const upkeepMs = 60_000;
const batch = 500;

/** Publishes changed issuers and caller keys: at once when it hears of a change, and again every two seconds until it has worked. */
@Injectable()
export class AccessPublisher implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #ctx: Ctx;
  #leave: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  #upkeepAt = 0;

  constructor(
    private readonly publication: AccessPublication,
    private readonly upkeep: IssuerUpkeep,
    private readonly feed: EventFeed,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(STOP_SIGNAL) stop: AbortSignal,
  ) {
    this.#ctx = systemContext('access-publisher', log, stop);
  }

  onApplicationBootstrap(): void {
    if (this.settings.LEASEHOLD_ROLE === 'api') return;
    this.#leave = this.feed.subscribe((events) => {
      if (events.some(({ type }) => type === 'issuer.updated')) this.#wake();
    });
    this.#timer = setInterval(() => {
      this.#wake();
    }, retryMs);
  }

  async onModuleDestroy(): Promise<void> {
    this.#leave?.();
    clearInterval(this.#timer);
    await this.#working;
  }

  #wake(): void {
    if (this.#ctx.signal.aborted) return;
    if (this.#working) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#working = this.#work()
      .catch((err: unknown) => {
        this.log.warn({ err }, 'could not look for issuers to publish; trying again');
      })
      .finally(() => {
        this.#working = undefined;
        if (this.#again) this.#wake();
      });
  }

  async #work(): Promise<void> {
    if (Date.now() >= this.#upkeepAt) {
      this.#upkeepAt = Date.now() + upkeepMs;
      await this.upkeep.run(this.#ctx);
    }
    for (const place of await this.publication.unpublished(this.#ctx, batch)) {
      if (this.#ctx.signal.aborted) return;
      await this.publication.publish(this.#ctx, place).catch((err: unknown) => {
        this.log.warn({ err, tenantId: place.tenantId }, 'could not publish an issuer; trying again');
      });
    }
  }
}
