import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Databases } from './database.js';
import { Readiness } from './readiness.js';
import { Metrics } from './telemetry/metrics.js';
import {
  API_DOCUMENT,
  DATABASES,
  LOGGER,
  SETTINGS,
  STOP_SIGNAL,
  type ControlPlaneSettings,
} from './tokens.js';
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
  static on(ground: Ground & { readonly apiDocument: () => unknown }): DynamicModule {
    const providers = [
      { provide: SETTINGS, useValue: ground.settings },
      { provide: DATABASES, useValue: ground.databases },
      { provide: LOGGER, useValue: ground.log },
      { provide: STOP_SIGNAL, useValue: ground.stop },
      { provide: API_DOCUMENT, useValue: ground.apiDocument },
      { provide: UnitOfWork, useValue: new UnitOfWork(ground.databases) },
    ];
    return {
      module: PlatformModule,
      providers: [...providers, Metrics, Readiness],
      exports: [...providers.map(({ provide }) => provide), Metrics, Readiness],
    };
  }
}
