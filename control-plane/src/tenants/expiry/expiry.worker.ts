import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../../platform/tokens.js';
import { ExpiryService } from './expiry.service.js';

/** A last day is a matter of days; a minute's delay is nobody's loss. */
const everyMs = 60_000;

/** Looks for last days that are due, once at the start and then every minute, where this program works. */
@Injectable()
export class ExpiryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(ExpiryService) private readonly expiry: ExpiryService,
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
        await this.expiry.round(systemContext('expiry', this.log, signal));
      } catch (err) {
        if (!isStopped()) this.log.warn({ err }, 'last days could not be looked at; trying again');
      }
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
