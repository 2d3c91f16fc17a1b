import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../platform/request-context.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { IdempotencyService } from './idempotency.service.js';

const everyMs = 10 * 60_000;

/** Removes answers that have been kept long enough; an old one that is still there counts for nothing. */
@Injectable()
export class KeyPruning implements OnApplicationBootstrap, OnModuleDestroy {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly idempotency: IdempotencyService,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.LEASEHOLD_ROLE === 'api') return;
    this.#timer = setInterval(() => void this.#prune(), everyMs).unref();
    void this.#prune();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  async #prune(): Promise<void> {
    const ctx = systemContext('idempotency', this.log);
    try {
      while ((await this.idempotency.prune(ctx)) > 0);
    } catch (err) {
      this.log.warn({ err }, 'could not prune idempotency keys');
    }
  }
}
