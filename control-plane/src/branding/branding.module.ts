import { Module } from '@nestjs/common';
import { CellsModule } from '../cells/cells.module.js';
import { AssetsService } from './assets.service.js';
import { BrandingHistory } from './branding-history.js';
import { BrandingPublisher } from './branding-publisher.js';
import { BrandingService } from './branding.service.js';
import { DraftsService } from './drafts.service.js';
import { LeftPicturesService } from './left-pictures.service.js';
import { PreviewsService } from './previews.service.js';

/** What a client's pages look like, and its way into the cell's object store. */
@Module({
  imports: [CellsModule],
  providers: [
    BrandingService,
    BrandingHistory,
    DraftsService,
    PreviewsService,
    LeftPicturesService,
    AssetsService,
    BrandingPublisher,
  ],
  exports: [BrandingService, BrandingHistory, DraftsService, PreviewsService, AssetsService],
})
export class BrandingModule {}
