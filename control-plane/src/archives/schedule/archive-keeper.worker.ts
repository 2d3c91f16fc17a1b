import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import type { Ctx } from '../../platform/request-context.js';
import { RoundWorker } from '../../platform/round-worker.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../../platform/tokens.js';
import { ArchiveKeeper } from './archive-keeper.js';

/** Looks for backups that are due, by the hour, and for archives that have expired. */
@Injectable()
export class ArchiveKeeperWorker extends RoundWorker {
  constructor(
    @Inject(ArchiveKeeper) private readonly keeper: ArchiveKeeper,
    @Inject(SETTINGS) settings: ControlPlaneSettings,
    @Inject(LOGGER) log: Logger,
    @Inject(STOP_SIGNAL) stopping: AbortSignal,
  ) {
    super({ name: 'archives', everyMs: 60_000, what: 'backups and archives' }, { settings, log, stopping });
  }

  protected round(ctx: Ctx): Promise<unknown> {
    return this.keeper.round(ctx);
  }
}
