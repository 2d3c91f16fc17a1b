import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { systemContext } from '../platform/request-context.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EventsRepository } from './events.repository.js';

const everyMs = 10 * 60_000;
const atOnce = 5_000;

/** Removes events that have been kept long enough (LEASEHOLD_EVENTS_KEPT_DAYS); timelines of tenants end there too. */
@Injectable()
export class EventPruning implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #repository = new EventsRepository();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.LEASEHOLD_ROLE === 'api') return;
    this.#timer = setInterval(() => {
      this.prune().catch((err: unknown) => {
        this.log.warn({ err }, 'could not prune events');
      });
    }, everyMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  /** @returns how many events were removed */
  async prune(): Promise<number> {
    const ctx = systemContext('event-pruning', this.log);
    const days = this.settings.LEASEHOLD_EVENTS_KEPT_DAYS;
    let all = 0;
    for (;;) {
      const removed = await this.uow.run(ctx, (tx) => this.#repository.prune(tx, days, atOnce));
      all += removed;
      if (removed < atOnce) return all;
    }
  }
}
