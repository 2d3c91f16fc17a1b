import { Module } from '@nestjs/common';
import { CellsModule } from '../cells/cells.module.js';
import { BrandingPublisher } from './branding-publisher.js';
import { BrandingService } from './branding.service.js';

/** What a client's pages look like, and its way into the cell's object store. */
@Module({
  imports: [CellsModule],
  providers: [BrandingService, BrandingPublisher],
  exports: [BrandingService],
})
export class BrandingModule {}
