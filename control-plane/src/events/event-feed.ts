import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from 'pino';
import { systemContext, type Ctx } from '../platform/request-context.js';
import { LOGGER, SETTINGS, type ControlPlaneSettings } from '../platform/tokens.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EventsRepository, type StreamedEvent } from './events.repository.js';

export type FeedListener = (events: readonly StreamedEvent[]) => void;

/** Without a notification we look anyway, this often: one may be lost with its connection. */
const lookEveryMs = 2_000;
const reconnectAfterMs = 500;
/** A burst of commits is read at once instead of one by one; nobody who watches notices so short a pause. */
const restMs = 25;
const batch = 500;

/**
 * New events of the whole product, in the order of their positions, read once per process and handed to whoever listens.
 * It wakes on `NOTIFY leasehold_events`, orders what has just been committed, reads it and passes it on.
 */
@Injectable()
export class EventFeed implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #repository = new EventsRepository();
  readonly #listeners = new Set<FeedListener>();
  readonly #ctx: Ctx;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #head = 0;

  constructor(
    private readonly uow: UnitOfWork,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.#ctx = systemContext('event-feed', log);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.#head = await this.uow.run(this.#ctx, (tx) => this.#repository.head(tx));
    await this.#listen();
    this.#timer = setInterval(() => {
      this.#wake();
    }, lookEveryMs);
    this.#wake();
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#reading;
    await this.#client?.end().catch(() => undefined);
  }

  /** The position up to which events have been handed out. */
  get head(): number {
    return this.#head;
  }

  /** @returns a function that ends the subscription. */
  subscribe(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #listen(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.settings.LEASEHOLD_PLATFORM_DATABASE_URL,
      application_name: 'leasehold event feed',
      keepAlive: true,
    });
    client.on('notification', () => {
      this.#wake();
    });
    client.on('error', (err) => {
      this.log.warn({ err }, 'the connection that listens for events was lost');
    });
    await client.connect();
    if (this.#stopped) return client.end();
    this.#client = client;
    client.once('end', () => {
      if (!this.#stopped) setTimeout(() => void this.#reconnect(), reconnectAfterMs);
    });
    await client.query('listen leasehold_events');
  }

  async #reconnect(): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.#listen();
      this.#wake();
    } catch (err) {
      this.log.warn({ err }, 'could not listen for events; trying again');
      setTimeout(() => void this.#reconnect(), reconnectAfterMs);
    }
  }

  /** One reader at a time; a wake during a read means one more. */
  #wake(): void {
    if (this.#stopped) return;
    if (this.#reading) {
      this.#again = true;
      return;
    }
    this.#again = false;
    this.#reading = this.#readAll()
      .catch((err: unknown) => {
        this.log.warn({ err }, 'could not read new events; trying again');
      })
      .then(() => delay(restMs))
      .finally(() => {
        this.#reading = undefined;
        if (this.#again) this.#wake();
      });
  }

  async #readAll(): Promise<void> {
    await this.uow.run(this.#ctx, (tx) => this.#repository.assignPositions(tx));
    for (;;) {
      const events = await this.uow.run(this.#ctx, (tx) => this.#repository.after(tx, this.#head, {}, batch));
      const last = events.at(-1);
      if (!last) return;
      this.#head = last.position;
      for (const listener of this.#listeners) listener(events);
      if (events.length < batch) return;
    }
  }
}
