import { Module } from '@nestjs/common';
import { CatalogModule } from '../catalog/catalog.module.js';
import { CellsModule } from '../cells/cells.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { UsageController } from './usage.controller.js';
import { UsageGatherer } from './usage-gatherer.js';
import { UsageGathererWorker } from './usage-gatherer.worker.js';
import { UsageRecorder } from './usage-recorder.js';
import { UsageService } from './usage.service.js';

/** What clients use, by the hour, and the limits of their plans. Cells count; this room gathers, shows and tells. */
@Module({
  imports: [TenantsModule, CellsModule, CatalogModule],
  controllers: [UsageController],
  providers: [UsageService, UsageGatherer, UsageRecorder, UsageGathererWorker],
})
export class MeteringModule {}
