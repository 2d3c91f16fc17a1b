import { Module } from '@nestjs/common';
import { CatalogController } from './catalog.controller.js';
import { CatalogService } from './catalog.service.js';
import { PlansController } from './plans.controller.js';

/** What can be given to clients: templates, their immutable releases, plans. */
@Module({
  controllers: [CatalogController, PlansController],
  providers: [CatalogService],
  exports: [CatalogService],
})
export class CatalogModule {}
