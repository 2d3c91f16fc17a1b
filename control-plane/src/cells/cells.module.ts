import { Module } from '@nestjs/common';
import { OperationsModule } from '../operations/operations.module.js';
import { CellsController } from './cells.controller.js';
import { CellsService } from './cells.service.js';

/** Where clients live. */
@Module({
  imports: [OperationsModule],
  controllers: [CellsController],
  providers: [CellsService],
  exports: [CellsService],
})
export class CellsModule {}
