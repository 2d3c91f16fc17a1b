import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../../platform/tokens.js';
import { ArchiveKeeper } from './archive-keeper.js';

/** Backups are due by the hour; a minute's delay is nobody's loss. */
const everyMs = 60_000;

/** Looks for backups that are due and archives that have expired, once at the start and then every minute, where this program works. */
@Injectable()
export class ArchiveKeeperWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(ArchiveKeeper) private readonly keeper: ArchiveKeeper,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
    @Inject(STOP_SIGNAL) private readonly stopping: AbortSignal,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.LEASEHOLD_ROLE !== 'api') this.#running = this.#loop();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.stopping]);
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      try {
        await this.keeper.round(systemContext('archives', this.log, signal));
      } catch (err) {
        if (!isStopped()) this.log.warn({ err }, 'backups and archives could not be looked at; trying again');
      }
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
