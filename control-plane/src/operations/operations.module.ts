import {
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import type { Logger } from 'pino';
import { Outbox } from '../events/outbox.js';
import { Readiness } from '../platform/readiness.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { buildEngine, type Engine } from './engine.js';
import { OperationQueue } from './operation-queue.js';
import { OperationsController } from './operations.controller.js';
import { OperationWait } from './operation-wait.js';
import { OperationsService } from './operations.service.js';
import { MeasuringObserver } from './run-observer.js';
import { SagaRegistry } from './saga.js';

const ENGINE = Symbol('engine of operations');

/** Opens the queue before anything can start an operation; runs the worker where this program has that role. */
@Injectable()
class EngineLife implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(Readiness) private readonly readiness: Readiness,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.engine.queue.start();
    this.readiness.register('queue', async () => {
      await this.engine.queue.check();
      return undefined;
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    if (works(this.settings)) await this.engine.worker.start();
  }

  async onModuleDestroy(): Promise<void> {
    if (works(this.settings)) await this.engine.worker.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.engine.queue.stop();
  }
}

function works({ LEASEHOLD_ROLE }: ControlPlaneSettings): boolean {
  return LEASEHOLD_ROLE !== 'api';
}

/**
 * The engine of operations: the ledger (operations, steps, leases), the worker that walks sagas step by step, and the
 * routes to watch and steer it. It knows no saga: the rooms that write them register them in `SagaRegistry`.
 */
@Module({
  controllers: [OperationsController],
  providers: [
    SagaRegistry,
    {
      provide: ENGINE,
      useFactory: (
        uow: UnitOfWork,
        settings: ControlPlaneSettings,
        sagas: SagaRegistry,
        outbox: Outbox,
        log: Logger,
        metrics: Metrics,
      ): Engine => {
        const url = settings.LEASEHOLD_PLATFORM_DATABASE_URL;
        const observer = new MeasuringObserver(metrics);
        return buildEngine({ uow, url, sagas, outbox, log, observer }, { works: works(settings) });
      },
      inject: [UnitOfWork, SETTINGS, SagaRegistry, Outbox, LOGGER, Metrics],
    },
    { provide: OperationsService, useFactory: (engine: Engine) => engine.service, inject: [ENGINE] },
    { provide: OperationQueue, useFactory: (engine: Engine) => engine.queue, inject: [ENGINE] },
    EngineLife,
    OperationWait,
  ],
  exports: [OperationsService, OperationWait, OperationQueue, SagaRegistry],
})
export class OperationsModule {}
