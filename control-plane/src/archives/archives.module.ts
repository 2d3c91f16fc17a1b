import { Module } from '@nestjs/common';
import { CellsModule } from '../cells/cells.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { TenantsModule } from '../tenants/tenants.module.js';
import { ArchiveJobs } from './archive-jobs.js';
import { ArchivesService } from './archives.service.js';
import { BackupsController } from './backups.controller.js';
import { ExportsController } from './exports.controller.js';
import { MovesController } from './moves.controller.js';
import { MovesService } from './moves.service.js';
import { ArchiveKeeper } from './schedule/archive-keeper.js';
import { ArchiveKeeperWorker } from './schedule/archive-keeper.worker.js';

/** Copies of tenants' rows: backups, exports, restores. See README.md. */
@Module({
  imports: [OperationsModule, TenantsModule, CellsModule],
  controllers: [BackupsController, ExportsController, MovesController],
  providers: [ArchivesService, ArchiveJobs, MovesService, ArchiveKeeper, ArchiveKeeperWorker],
  exports: [ArchiveJobs],
})
export class ArchivesModule {}
