import { Injectable } from '@nestjs/common';
import { AppError } from '../platform/app-error.js';
import type { Ctx } from '../platform/request-context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { EventFeed } from './event-feed.js';
import { EventsRepository, passes, type EventFilter, type StreamedEvent } from './events.repository.js';

const page = 200;
/** A reader that is slower than this many events behind reads them from the database again instead of from memory. */
const bufferLimit = 1_000;

/** Events as an endless, resumable stream for one caller. */
@Injectable()
export class EventStream {
  readonly #repository = new EventsRepository();

  constructor(
    private readonly uow: UnitOfWork,
    private readonly feed: EventFeed,
  ) {}

  /**
   * Events after a position, in order, without gaps or repeats, those to come included; ends when `ctx.signal` is aborted.
   * A tenant's caller gets its own alone.
   * @param after 0 for the first event, undefined for those from now on.
   */
  async *follow(
    ctx: Ctx,
    filter: EventFilter,
    after?: number,
  ): AsyncGenerator<StreamedEvent, void, undefined> {
    const own = ctx.actor.tenantId === undefined ? filter : { ...filter, tenantId: ctx.actor.tenantId };
    const inbox = new Inbox(own);
    const leave = this.feed.subscribe((events) => {
      inbox.put(events);
    });
    const wake = (): void => {
      inbox.wake();
    };
    ctx.signal.addEventListener('abort', wake);
    let position = after ?? this.feed.head;
    try {
      const over = (): boolean => ctx.signal.aborted;
      while (!over()) {
        const source = inbox.isBehind() ? this.#stored(ctx, own, position) : inbox.take();
        for await (const event of source) {
          if (event.position <= position) continue;
          position = event.position;
          yield event;
        }
        // An abort while an event was handed over has woken nobody.
        if (!over()) await inbox.filled();
      }
    } finally {
      leave();
      ctx.signal.removeEventListener('abort', wake);
    }
  }

  /**
   * Whether everything after a position is still there. @throws AppError `events_pruned` when it is not: a reader that went on
   * would miss something without knowing
   */
  async requireKept(ctx: Ctx, position: number): Promise<void> {
    const oldest = await this.uow.run(ctx, (tx) => this.#repository.prunedTo(tx));
    if (position >= oldest) return;
    throw new AppError('gone', 'events_pruned', {
      publicMessage: `Events up to ${oldest} have been removed for their age, so this stream cannot go on after ${position}. Read the present state, then follow with Last-Event-ID: ${oldest} or without one.`,
      errors: [{ pointer: 'Last-Event-ID', message: `must be ${oldest} or later` }],
    });
  }

  /** Whether there is something for this caller after a position. */
  async hasAfter(ctx: Ctx, filter: EventFilter, position: number): Promise<boolean> {
    return this.uow.run(ctx, (tx) => this.#repository.hasAfter(tx, position, filter));
  }

  async *#stored(
    ctx: Ctx,
    filter: EventFilter,
    after: number,
  ): AsyncGenerator<StreamedEvent, void, undefined> {
    let position = after;
    for (;;) {
      const events = await this.uow.run(ctx, (tx) => this.#repository.after(tx, position, filter, page));
      yield* events;
      position = events.at(-1)?.position ?? position;
      if (events.length < page || ctx.signal.aborted) return;
    }
  }
}

/** What the feed has handed to one reader and the reader has not taken yet. */
class Inbox {
  #events: StreamedEvent[] = [];
  #behind = true;
  #notify: (() => void) | undefined;

  constructor(private readonly filter: EventFilter) {}

  put(events: readonly StreamedEvent[]): void {
    this.#events.push(...events.filter((event) => passes(event, this.filter)));
    if (this.#events.length > bufferLimit) {
      this.#events = [];
      this.#behind = true;
    }
    if (this.#behind || this.#events.length > 0) this.wake();
  }

  /** Whether events are missing here and must be read from the database; asking takes note that they will be. */
  isBehind(): boolean {
    const behind = this.#behind;
    this.#behind = false;
    return behind;
  }

  take(): StreamedEvent[] {
    return this.#events.splice(0);
  }

  wake(): void {
    this.#notify?.();
    this.#notify = undefined;
  }

  /** Resolves when there is something to take, or on `wake()`. */
  async filled(): Promise<void> {
    if (this.#behind || this.#events.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#notify = resolve;
    });
  }
}
