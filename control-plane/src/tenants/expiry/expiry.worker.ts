import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Ctx } from '../../platform/request-context.js';
import { RoundWorker } from '../../platform/round-worker.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../../platform/tokens.js';
import { ExpiryService } from './expiry.service.js';

/** Looks for last days that are due: a matter of days, so a minute's delay is nobody's loss. */
@Injectable()
export class ExpiryWorker extends RoundWorker {
  constructor(
    @Inject(ExpiryService) private readonly expiry: ExpiryService,
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(LOGGER) log: Logger,
    @Inject(STOP_SIGNAL) stopping: AbortSignal,
  ) {
    super({ name: 'expiry', everyMs: 60_000, what: 'last days' }, { settings, log, stopping });
  }

  protected round(ctx: Ctx): Promise<unknown> {
    return this.expiry.round(ctx);
  }
}
