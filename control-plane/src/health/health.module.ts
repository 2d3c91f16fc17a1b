import { Module } from '@nestjs/common';
import { OperationsModule } from '../operations/operations.module.js';
import { StackRunnerModule } from '../stack-runner/stack-runner.module.js';
import { EngineHealth } from './engine-health.js';
import { DatabaseHealth } from './database-health.js';
import { HealthController } from './health.controller.js';
import { StoredMeasurements } from './stored-measurements.js';

/** Liveness, readiness and measurements. */
@Module({
  imports: [OperationsModule, StackRunnerModule],
  controllers: [HealthController],
  providers: [DatabaseHealth, EngineHealth, StoredMeasurements],
})
export class HealthModule {}
