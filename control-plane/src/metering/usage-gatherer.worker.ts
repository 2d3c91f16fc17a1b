import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Ctx } from '../platform/request-context.js';
import { RoundWorker } from '../platform/round-worker.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../platform/tokens.js';
import { UsageGatherer } from './usage-gatherer.js';
import { UsageRecorder } from './usage-recorder.js';

/** Gathers usage; cells keep their counts, so a bill can wait for half a minute. */
@Injectable()
export class UsageGathererWorker extends RoundWorker {
  constructor(
    @Inject(UsageGatherer) private readonly gatherer: UsageGatherer,
    @Inject(UsageRecorder) private readonly recorder: UsageRecorder,
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(LOGGER) log: Logger,
    @Inject(STOP_SIGNAL) stopping: AbortSignal,
  ) {
    super({ name: 'metering', everyMs: 30_000, what: 'usage' }, { settings, log, stopping });
  }

  protected async round(ctx: Ctx): Promise<void> {
    await this.gatherer.round(ctx);
    await this.recorder.round(ctx);
  }
}
