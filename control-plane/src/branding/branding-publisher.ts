import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { EventFeed } from '../events/event-feed.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../platform/tokens.js';
import { BrandingService } from './branding.service.js';

const retryMs = 2_000;
const batch = 500;

/** Puts changed branding live: at once when it hears of a change, and again every two seconds until it has worked. */
@Injectable()
export class BrandingPublisher implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #ctx: Ctx;
  #leave: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #again = false;

  constructor(
    private readonly branding: BrandingService,
    private readonly feed: EventFeed,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(STOP_SIGNAL) stop: AbortSignal,
  ) {
    this.#ctx = systemContext('branding-publisher', log, stop);
  }

  onApplicationBootstrap(): void {
    if (this.settings.LEASEHOLD_ROLE === 'api') return;
    this.#leave = this.feed.subscribe((events) => {
      if (events.some(({ type }) => type === 'branding.updated')) this.#wake();
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
    this.#working = this.#publishAll()
      .catch((err: unknown) => {
        this.log.warn({ err }, 'could not look for branding to publish; trying again');
      })
      .finally(() => {
        this.#working = undefined;
        if (this.#again) this.#wake();
      });
  }

  async #publishAll(): Promise<void> {
    for (const place of await this.branding.unpublished(this.#ctx, batch)) {
      if (this.#ctx.signal.aborted) return;
      await this.branding.publish(this.#ctx, place).catch((err: unknown) => {
        this.log.warn({ err, tenantId: place.tenantId }, 'could not publish branding; trying again');
      });
    }
  }
}
