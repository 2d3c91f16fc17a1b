import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Logger } from 'pino';
import { EventFeed } from '../events/event-feed.js';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { publicUrl } from '../platform/public-url.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryLedger, type Claimed } from './delivery-ledger.js';

const lookEveryMs = 1_000;
/** Events of one burst become deliveries together; nobody who is told over the internet notices so short a pause. */
const restMs = 100;
const eventsAtOnce = 500;
const mostAtOnce = 16;
/** Longer than an attempt can take, so that no delivery is taken from a worker that lives. */
const terms = { leaseMs: 30_000, mostPerEndpoint: 4 };
const pruneEveryMs = 60 * 60_000;
const keptDays = 30;

/** Turns events into deliveries and sends what is due, wherever this program works. */
@Injectable()
export class DeliveryWorker implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #ledger = new DeliveryLedger();
  readonly #stop = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  readonly #ctx: Ctx;
  #timers: NodeJS.Timeout[] = [];
  #leave: (() => void) | undefined;
  #round: Promise<void> | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly feed: EventFeed,
    private readonly attempt: DeliveryAttempt,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.#ctx = systemContext('webhooks', log, this.#stop.signal);
  }

  onApplicationBootstrap(): void {
    if (this.settings.LEASEHOLD_ROLE === 'api') return;
    this.#leave = this.feed.subscribe(() => this.#wakeSoon());
    this.#timers = [
      setInterval(() => this.#wake(), lookEveryMs),
      setInterval(() => void this.#prune(), pruneEveryMs).unref(),
    ];
    this.#wake();
  }

  /** What is being sent is cut off and sent again by the next worker. */
  async onModuleDestroy(): Promise<void> {
    this.#leave?.();
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#soon);
    this.#stop.abort();
    await this.#round;
    await Promise.all(this.#sending);
  }

  #wakeSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#wake();
    }, restMs);
  }

  /** One round at a time. */
  #wake(): void {
    if (this.#stop.signal.aborted || this.#round) return;
    this.#round = this.#work()
      .catch((err: unknown) => {
        this.log.warn({ err }, 'webhooks could not be looked after; trying again');
      })
      .finally(() => (this.#round = undefined));
  }

  async #work(): Promise<void> {
    const source = publicUrl(this.settings);
    const make = (): Promise<number | undefined> =>
      this.uow.run(this.#ctx, (tx) => this.#ledger.make(tx, eventsAtOnce, source));
    while ((await make()) === eventsAtOnce);
    const free = mostAtOnce - this.#sending.size;
    if (free <= 0 || this.#stop.signal.aborted) return;
    const claimed = await this.uow.run(this.#ctx, (tx) => this.#ledger.claim(tx, free, terms));
    for (const delivery of claimed) this.#send(delivery);
  }

  #send(delivery: Claimed): void {
    const sending = this.attempt
      .make(this.#ctx, delivery)
      .catch((err: unknown) => {
        this.log.warn({ err, deliveryId: delivery.id }, 'the end of a webhook delivery could not be written');
      })
      .finally(() => {
        this.#sending.delete(sending);
        this.#wakeSoon();
      });
    this.#sending.add(sending);
  }

  async #prune(): Promise<void> {
    try {
      while ((await this.uow.run(this.#ctx, (tx) => this.#ledger.prune(tx, keptDays, 1_000))) > 0);
    } catch (err) {
      this.log.warn({ err }, 'could not prune webhook deliveries');
    }
  }
}
