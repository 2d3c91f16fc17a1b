import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CellsModule } from '../cells/cells.module.js';
import { SeedsService } from './seeds.service.js';
import { TemplateSeeds } from './template-seeds.js';

/** What a new installation begins with. */
@Module({
  imports: [CatalogModule, CellsModule],
  providers: [SeedsService, TemplateSeeds],
  exports: [SeedsService],
})
export class SeedsModule {}
