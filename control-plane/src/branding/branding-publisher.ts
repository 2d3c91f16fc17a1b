import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { EventFeed } from '../events/event-feed.js';
import { EventWokenPublisher, publishAtOnce } from '../events/event-woken-publisher.js';
import type { Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../platform/tokens.js';
import { BrandingService } from './branding.service.js';
import { LeftPicturesService } from './left-pictures.service.js';
import { PreviewsService } from './previews.service.js';

const wokenBy = ['branding.updated', 'branding.preview_requested'];

/** Puts changed branding live, and takes away what is no longer shown. */
@Injectable()
export class BrandingPublisher extends EventWokenPublisher {
  constructor(
    @Inject(BrandingService) private readonly branding: BrandingService,
    @Inject(PreviewsService) private readonly previews: PreviewsService,
    @Inject(LeftPicturesService) private readonly leftPictures: LeftPicturesService,
    @Inject(EventFeed) feed: EventFeed,
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(LOGGER) log: Logger,
    @Inject(STOP_SIGNAL) stopping: AbortSignal,
  ) {
    super({ name: 'branding-publisher', wokenBy, what: 'branding' }, feed, { settings, log, stopping });
  }

  protected async publishAll(ctx: Ctx): Promise<void> {
    const { branding, previews, leftPictures } = this;
    await this.each(await branding.unpublished(ctx, publishAtOnce), 'publish branding', (place) =>
      branding.publish(ctx, place),
    );
    await this.each(
      await previews.unpublished(ctx, publishAtOnce),
      'publish the preview of a draft',
      (preview) => previews.publish(ctx, preview),
    );
    await this.each(
      await previews.expired(ctx, publishAtOnce),
      'take away the preview of a draft',
      (preview) => previews.remove(ctx, preview),
    );
    await this.each(await leftPictures.due(ctx, publishAtOnce), 'take away a picture', (picture) =>
      leftPictures.remove(ctx, picture),
    );
  }
}
