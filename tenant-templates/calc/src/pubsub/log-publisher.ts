import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { SequencedEvent } from '../events/log-event.js';
import type { EventTopics } from './event-topics.js';
import type { Publication } from './publication.js';

/** The log, as its publisher sees it. */
export interface PublishedLog {
  /** The first place that is kept, and the last one that is written. */
  bounds(): Promise<{ readonly oldest: number; readonly last: number }>;
  /** All events after a place, then what comes, until the signal aborts. */
  history(after: number, signal: AbortSignal): AsyncIterable<readonly SequencedEvent[]>;
}

export interface LogPublisherOptions {
  log: PublishedLog;
  store: {
    read(): Promise<Publication | undefined>;
    replace(seen: Publication | undefined, next: Publication): Promise<boolean>;
  };
  /** Opened with the first event that is to be told. */
  openTopics: () => Promise<EventTopics>;
  onFailure: (error: unknown) => void;
}

/** How often a replica that does not publish looks whether somebody does. */
const lookMs = 1_000;
/** Another's turn is over when it has left events unpublished for so long. */
const graceMs = 5_000;
const firstPauseMs = 100;
const longestPauseMs = 10_000;
/** Events a call; one more is one more row write for each. */
const maxEvents = 500;

/**
 * Publishes the log, each event at least once and in order. One replica does; how far it is stands in a row that only moves on from what was
 * read, after the events are kept by the topics. Who takes over begins behind that, so an event may be told twice and none is left out;
 * among the first times that each event is told, the order is that of the log, also while two believe that they publish.
 */
export class LogPublisher {
  readonly #me = randomUUID();
  readonly #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #topics: Promise<EventTopics> | undefined;
  /** The row as last seen, and since when it is so. */
  #seen: { readonly text: string; readonly since: number } | undefined;
  #mine: Publication | undefined;
  /** Whether this replica has found out if it is the one. */
  #looked = false;
  /** The last place that this replica knows to be written. */
  #last = 0;
  /** Events that this replica has published. */
  published = 0;
  /** Turns that failed; each is repeated. */
  failures = 0;
  /** Events that were trimmed before they could be published. */
  skipped = 0;

  constructor(private readonly options: LogPublisherOptions) {}

  /** Events that this replica is to publish and has not. */
  get waiting(): number {
    return this.#mine === undefined ? 0 : Math.max(0, this.#last - this.#mine.through);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Publishes what is in the log, for so long at most; leaves the rest to the next one at once. */
  async close(atMostMs: number): Promise<void> {
    const deadline = performance.now() + atMostMs;
    while (this.#running !== undefined && performance.now() < deadline && (await this.#isBehind()))
      await wait(20);
    this.#stopped.abort();
    await this.#running;
    try {
      if (this.#mine !== undefined) await this.#moveTo({ owner: null, through: this.#mine.through });
      await (await this.#topics)?.close();
    } catch (error) {
      this.options.onFailure(error);
    }
  }

  async #isBehind(): Promise<boolean> {
    if (this.#mine === undefined) return !this.#looked;
    this.#last = (await this.options.log.bounds().catch(() => undefined))?.last ?? this.#last;
    return this.waiting > 0;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const before = this.published;
      let sleepMs = lookMs;
      try {
        const mine = await this.#claim();
        this.#looked = true;
        if (mine) await this.#publishOn();
      } catch (error) {
        this.failures += 1;
        this.options.onFailure(error);
        pauseMs = this.published > before ? firstPauseMs : Math.min(longestPauseMs, pauseMs * 2);
        sleepMs = pauseMs * (0.5 + Math.random());
      }
      // Rejects only when it is stopped.
      await wait(sleepMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Makes the row this replica's own, if it is free to take. */
  async #claim(): Promise<boolean> {
    const { log, store } = this.options;
    // In this order: what the row says is published was in the log before.
    const row = await store.read();
    const { oldest, last } = await log.bounds();
    this.#last = last;
    this.#mine = undefined;
    if (row !== undefined && !this.#isFree(row, last)) return false;
    const asked = row?.through ?? oldest - 1;
    // Rows that were restored may end before what was published since.
    const through = Math.min(Math.max(asked, oldest - 1), last);
    if (!(await store.replace(row, { owner: this.#me, through }))) return false;
    this.skipped += Math.max(0, oldest - 1 - asked);
    this.#mine = { owner: this.#me, through };
    return true;
  }

  #isFree(row: Publication, last: number): boolean {
    const now = performance.now();
    const text = JSON.stringify(row);
    if (this.#seen?.text !== text) this.#seen = { text, since: now };
    if (row.owner === null || row.owner === this.#me) return true;
    return row.through !== last && now - this.#seen.since >= graceMs;
  }

  async #publishOn(): Promise<void> {
    const { signal } = this.#stopped;
    for await (const group of this.options.log.history(this.#mine?.through ?? 0, signal)) {
      for (let at = 0; at < group.length; at += maxEvents) {
        const events = group.slice(at, at + maxEvents);
        const through = events.at(-1)?.sequence ?? 0;
        this.#last = Math.max(this.#last, group.at(-1)?.sequence ?? 0);
        await (await this.#openTopics()).publish(events);
        this.published += events.length;
        if (!(await this.#moveTo({ owner: this.#me, through }))) return;
      }
    }
  }

  /** Once; again when it failed. */
  async #openTopics(): Promise<EventTopics> {
    const opening = (this.#topics ??= this.options.openTopics());
    try {
      return await opening;
    } catch (error) {
      this.#topics = undefined;
      throw error;
    }
  }

  /** @returns false when another has taken over. */
  async #moveTo(next: Publication): Promise<boolean> {
    const moved = await this.options.store.replace(this.#mine, next);
    this.#mine = moved ? next : undefined;
    return moved;
  }
}
