import { fileURLToPath } from 'node:url';
import { Inject, Injectable, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ensureTool } from '@leasehold/toolchain';
import type { Logger } from 'pino';
import { Metrics } from '../platform/telemetry/metrics.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { PulumiServiceModule } from '../pulumi-service/pulumi-service.module.js';
import { PulumiService } from '../pulumi-service/pulumi-service.js';
import { StackRunner } from './stack-runner.js';

/** More gain nothing on the two cores that the product is made for. */
const poolSize = 2;

/** Starts the runner where this program works on operations, beside everything else: loading the SDKs takes a while. */
@Injectable()
class RunnerLife implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(StackRunner) private readonly runner: StackRunner,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onModuleInit(): void {
    if (this.settings.LEASEHOLD_ROLE === 'api') return;
    this.runner.start().catch((error: unknown) => {
      this.log.fatal({ err: error }, 'the stack runner could not be started; no operation can run');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.runner.stop();
  }
}

/** Runs stacks. Workers start it; a program of the role `api` only asks it what stacks hold. */
@Module({
  imports: [PulumiServiceModule],
  providers: [
    {
      provide: StackRunner,
      useFactory: (
        service: PulumiService,
        settings: ControlPlaneSettings,
        log: Logger,
        metrics: Metrics,
      ): StackRunner =>
        new StackRunner(
          service,
          {
            pulumi: async () => (await ensureTool('pulumi', { toolsDir: settings.LEASEHOLD_TOOLS_DIR })).path,
            dataDir: settings.LEASEHOLD_DATA_DIR,
            poolSize,
            childEntry: fileURLToPath(new URL('./child/main.js', import.meta.url)),
            childModules: { programs: '@leasehold/stacks/programs', providers: '@leasehold/twin/providers' },
            providersDatabaseUrl: settings.LEASEHOLD_TWIN_DATABASE_URL,
            latency: settings.LEASEHOLD_TWIN_LATENCY,
            metrics: metrics.stackRuns,
          },
          log,
        ),
      inject: [PulumiService, SETTINGS, LOGGER, Metrics],
    },
    RunnerLife,
  ],
  exports: [StackRunner],
})
export class StackRunnerModule {}
