import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { RoundWorkerGround } from '../platform/round-worker.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import type { EventFeed } from './event-feed.js';

const retryMs = 2_000;
/** Items of one kind in one round. */
export const publishAtOnce = 500;

export interface Publishing {
  /** Who it is in audit and log: `system:<name>`. */
  readonly name: string;
  /** Types of the events that tell of something to publish. */
  readonly wokenBy: readonly string[];
  /** Completes "could not look for … to publish; trying again". */
  readonly what: string;
}

/** Publishes what has changed, where this program works: at once when it hears of a change, and again every two seconds until it has worked. */
export abstract class EventWokenPublisher implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #ctx: Ctx;
  #leave: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #again = false;

  constructor(
    private readonly publishing: Publishing,
    private readonly feed: EventFeed,
    private readonly ground: RoundWorkerGround,
  ) {
    this.#ctx = systemContext(publishing.name, ground.log, ground.stopping);
  }

  /** Looks for everything that is to be published, and publishes it. */
  protected abstract publishAll(ctx: Ctx): Promise<void>;

  onApplicationBootstrap(): void {
    if (this.ground.settings.LEASEHOLD_ROLE === 'api') return;
    const { wokenBy } = this.publishing;
    this.#leave = this.feed.subscribe((events) => {
      if (events.some(({ type }) => wokenBy.includes(type))) this.#wake();
    });
    this.#timer = setInterval(() => {
      this.#wake();
    }, retryMs);
  }

  async onModuleDestroy(): Promise<void> {
    this.#leave?.();
    clearInterval(this.#timer);
    await this.#working;
  }

  /** One tenant's trouble is not the others'. @param what completes "could not …; trying again" */
  protected async each<Item extends { readonly tenantId: string }>(
    items: readonly Item[],
    what: string,
    work: (item: Item) => Promise<unknown>,
  ): Promise<void> {
    for (const item of items) {
      if (this.#ctx.signal.aborted) return;
      await work(item).catch((err: unknown) => {
        this.ground.log.warn({ err, tenantId: item.tenantId }, `could not ${what}; trying again`);
      });
    }
  }

  /** One round at a time, and another after it when something has come meanwhile. */
  #wake(): void {
    if (this.#ctx.signal.aborted) return;
    if (this.#working) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#working = this.publishAll(this.#ctx)
      .catch((err: unknown) => {
        this.ground.log.warn({ err }, `could not look for ${this.publishing.what} to publish; trying again`);
      })
      .finally(() => {
        this.#working = undefined;
        if (this.#again) this.#wake();
      });
  }
}
