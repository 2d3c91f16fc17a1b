import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Databases } from './database.js';
import { Metrics } from './telemetry/metrics.js';
import { DATABASES, LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from './tokens.js';
import { UnitOfWork } from './unit-of-work.js';

/** What the program's main function opens before Nest starts and closes after it has ended. */
export interface Ground {
  readonly settings: ControlPlaneSettings;
  readonly databases: Databases;
  readonly log: Logger;
  readonly stop: AbortSignal;
}

/** The ground below every capability: settings, database, log, stop signal, unit of work. */
@Global()
@Module({})
export class PlatformModule {
  static on(ground: Ground): DynamicModule {
    const providers = [
      { provide: SETTINGS, useValue: ground.settings },
      { provide: DATABASES, useValue: ground.databases },
      { provide: LOGGER, useValue: ground.log },
      { provide: STOP_SIGNAL, useValue: ground.stop },
      { provide: UnitOfWork, useValue: new UnitOfWork(ground.databases) },
    ];
    return {
      module: PlatformModule,
      providers: [...providers, Metrics],
      exports: [...providers.map(({ provide }) => provide), Metrics],
    };
  }
}
