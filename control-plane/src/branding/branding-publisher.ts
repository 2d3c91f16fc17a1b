import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { EventFeed } from '../events/event-feed.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../platform/tokens.js';
import { BrandingService } from './branding.service.js';
import { LeftPicturesService } from './left-pictures.service.js';
import { PreviewsService } from './previews.service.js';

const retryMs = 2_000;
const batch = 500;
const wakers: ReadonlySet<string> = new Set(['branding.updated', 'branding.preview_requested']);

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
    private readonly previews: PreviewsService,
    private readonly leftPictures: LeftPicturesService,
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
      if (events.some(({ type }) => wakers.has(type))) this.#wake();
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
    const { branding, previews, leftPictures } = this;
    const ctx = this.#ctx;
    await this.#each(await branding.unpublished(ctx, batch), 'publish branding', (place) =>
      branding.publish(ctx, place),
    );
    await this.#each(await previews.unpublished(ctx, batch), 'publish the preview of a draft', (preview) =>
      previews.publish(ctx, preview),
    );
    await this.#each(await previews.expired(ctx, batch), 'take away the preview of a draft', (preview) =>
      previews.remove(ctx, preview),
    );
    await this.#each(await leftPictures.due(ctx, batch), 'take away a picture', (picture) =>
      leftPictures.remove(ctx, picture),
    );
  }

  /** One tenant's trouble is not the others'. */
  async #each<Item extends { readonly tenantId: string }>(
    items: readonly Item[],
    what: string,
    work: (item: Item) => Promise<unknown>,
  ): Promise<void> {
    for (const item of items) {
      if (this.#ctx.signal.aborted) return;
      await work(item).catch((err: unknown) => {
        this.log.warn({ err, tenantId: item.tenantId }, `could not ${what}; trying again`);
      });
    }
  }
}
