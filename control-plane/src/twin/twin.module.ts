import { Module } from '@nestjs/common';
import { CellsModule } from '../cells/cells.module.js';
import { TwinController } from './twin.controller.js';
import { TwinService } from './twin.service.js';

/** A window into the local cloud that a cell may run on. */
@Module({ imports: [CellsModule], controllers: [TwinController], providers: [TwinService] })
export class TwinModule {}
