import { Module } from '@nestjs/common';
import { CellsModule } from '../cells/cells.module.js';
import { FaultsController } from './faults.controller.js';
import { FaultsService } from './faults.service.js';
import { PodLogController } from './pod-log.controller.js';
import { TwinSecretsController } from './secrets.controller.js';
import { TwinCells } from './twin-cells.js';
import { TwinController } from './twin.controller.js';
import { TwinService } from './twin.service.js';

/** A window into the local cloud that a cell may run on. */
@Module({
  imports: [CellsModule],
  controllers: [TwinController, PodLogController, FaultsController, TwinSecretsController],
  providers: [TwinCells, TwinService, FaultsService],
})
export class TwinModule {}
