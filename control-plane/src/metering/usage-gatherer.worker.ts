import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../platform/request-context.js';
import { LOGGER, SETTINGS, STOP_SIGNAL, type ControlPlaneSettings } from '../platform/tokens.js';
import { UsageGatherer } from './usage-gatherer.js';

/** Cells keep their counts; a bill can wait for a minute. */
const everyMs = 30_000;

/** Gathers usage once at the start and then every half minute, where this program works. */
@Injectable()
export class UsageGathererWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(UsageGatherer) private readonly gatherer: UsageGatherer,
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
        await this.gatherer.round(systemContext('metering', this.log, signal));
      } catch (err) {
        if (!isStopped()) this.log.warn({ err }, 'usage could not be gathered; trying again');
      }
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
